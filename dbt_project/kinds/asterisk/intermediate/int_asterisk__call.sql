-- Rows of one call id are one call. It was answered when a phone was; a menu that picks up answers nobody.
with cdr as (
    select
        _version,
        call_id,
        min(started_at) as started_at,
        max(coalesce(ended_at, started_at)) as ended_at,
        max(recording_id) as recording_id,
        max(case when last_application = 'voicemail' then 1 else 0 end) as reached_voicemail,
        max(case when last_application = 'queue' then 1 else 0 end) as was_queued,
        max(case when disposition = 'BUSY' then 1 else 0 end) as was_busy,
        max(case when disposition in ('FAILED', 'CONGESTION') then 1 else 0 end) as has_failed,
        max(_order) as _order,
        cast(min(cast(_row_hash as varchar)) as uuid) as _row_hash,
        _connection,
        _parent_key,
        _is_deleted,
        _bound,
        _pulled_at,
        _pull_id
    from {{ ref('stg_asterisk__cdr') }}
    group by _version, call_id, _connection, _parent_key, _is_deleted, _bound, _pulled_at, _pull_id
),

legs as (
    {{ tieout.legs_of_calls(ref('int_asterisk__call_leg')) }}
),

judged as (
    select
        cdr.*,
        entries.site_code, entries.direction, entries.src, entries.dst, entries.src_digits, entries.dst_digits,
        entries.src_e164, entries.dst_e164,
        entries.origin, entries.entry_point,
        legs.answered_at,
        legs.first_extension,
        case
            when legs.answered_at is not null then 'answered'
            when cdr.reached_voicemail = 1 then 'voicemail'
            when cdr.was_queued = 1 then 'abandoned'
            when coalesce(legs.busy_legs = legs.legs, cdr.was_busy = 1) then 'busy'
            when coalesce(legs.failed_legs = legs.legs, cdr.has_failed = 1) then 'failed'
            when legs.legs is null then 'abandoned'
            else 'missed'
        end as status
    from cdr
    inner join {{ ref('int_asterisk__call_entry') }} as entries on cdr._version = entries._version
    left join legs on cdr._version = legs._version
),

calls as (
    select
        call_id,
        site_code as site,
        direction,
        case when direction = 'internal' then src else {{ tieout.number_or_digits('src_e164', 'src_digits') }} end
            as from_number,
        case when direction = 'internal' then dst else {{ tieout.number_or_digits('dst_e164', 'dst_digits') }} end
            as to_number,
        started_at,
        answered_at,
        ended_at,
        status,
        entry_point,
        case
            when direction = 'out' then origin
            when direction = 'internal' or answered_at is not null then first_extension
        end as extension,
        cast(null as varchar) as employee_id,
        cast(null as boolean) as is_spam,
        recording_id,
        cast(null as timestamptz) as updated_at,
        _connection,
        _parent_key as _key,
        cast(null as uuid) as _parent_key,
        _order,
        _version,
        _row_hash,
        _is_deleted,
        _bound,
        _pulled_at,
        _pull_id,
        _parent_key as document_key
    from judged
)

select * from calls
