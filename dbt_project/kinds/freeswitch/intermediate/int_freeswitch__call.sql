-- Legs of one call id are one call. It was answered when a leg that the switch rang was; a menu answers nobody.
with whole as (
    select
        _version,
        call_id,
        min(started_at) as started_at,
        max(ended_at) as ended_at,
        max(recording_id) as recording_id,
        -- what the called party of an outbound call was shown
        max(case when leg_id <> call_id then src_e164 end) as shown_e164,
        max(_order) as _order,
        cast(min(cast(_row_hash as varchar)) as uuid) as _row_hash,
        _connection, _parent_key, _is_deleted, _bound, _pulled_at, _pull_id
    from {{ ref('stg_freeswitch__leg') }}
    group by _version, call_id, _connection, _parent_key, _is_deleted, _bound, _pulled_at, _pull_id
),

legs as (
    {{ tieout.legs_of_calls(ref('int_freeswitch__call_leg')) }}
),

judged as (
    select
        whole.*,
        entries.site_code, entries.direction, entries.src, entries.dst, entries.src_digits, entries.dst_digits,
        entries.src_e164, entries.dst_e164, entries.entry_point,
        legs.answered_at,
        legs.first_extension,
        case
            when legs.answered_at is not null then 'answered'
            when entries.last_application = 'voicemail' then 'voicemail'
            when entries.hangup_cause = 'ORIGINATOR_CANCEL'
                and (legs.legs is null or entries.last_application in ('callcenter', 'fifo', 'ivr')) then 'abandoned'
            when coalesce(legs.busy_legs = legs.legs, entries.hangup_cause = 'USER_BUSY') then 'busy'
            when coalesce(legs.failed_legs = legs.legs, false) then 'failed'
            when legs.legs is null and entries.hangup_cause in ('NORMAL_CLEARING', 'NONE') then 'abandoned'
            when legs.legs is null and entries.hangup_cause not in ('NO_ANSWER', 'ALLOTTED_TIMEOUT', 'NO_USER_RESPONSE')
                then 'failed'
            else 'missed'
        end as status
    from whole
    inner join {{ ref('int_freeswitch__call_entry') }} as entries on whole._version = entries._version
    left join legs on whole._version = legs._version
),

calls as (
    select
        call_id,
        site_code as site,
        direction,
        case
            when direction = 'internal' then src
            when direction = 'out' and shown_e164 is not null then shown_e164
            else {{ tieout.number_or_digits('src_e164', 'src_digits') }}
        end as from_number,
        case when direction = 'internal' then dst else {{ tieout.number_or_digits('dst_e164', 'dst_digits') }} end
            as to_number,
        started_at,
        answered_at,
        ended_at,
        status,
        entry_point,
        case
            when direction = 'out' then src
            when direction = 'internal' or answered_at is not null then first_extension
        end as extension,
        cast(null as varchar) as employee_id,
        cast(null as boolean) as is_spam,
        recording_id,
        cast(null as timestamptz) as updated_at,
        _connection,
        _parent_key as _key,
        cast(null as uuid) as _parent_key,
        _order, _version, _row_hash, _is_deleted, _bound, _pulled_at, _pull_id,
        _parent_key as document_key
    from judged
)

select * from calls
