-- One leg per device channel of a call: the phones of a parallel dial are legs of one call, a phone that is consulted
-- and then handed the caller is one leg, and a Local channel is a pipe inside the PBX and none.
with cdr as (
    select
        *,
        case
            when party_b not like 'Local/%' then party_b
            -- a phone that the PBX itself rang is party A of its row
            when party_b is null and last_application = 'appdial' then party_a
        end as device
    from {{ ref('stg_asterisk__cdr') }}
),

rung as (
    select
        _version,
        call_id,
        device,
        min(started_at) as started_at,
        min(case when disposition = 'ANSWERED' then answered_at end) as answered_at,
        max(coalesce(ended_at, started_at)) as ended_at,
        max(case when disposition = 'BUSY' then 1 else 0 end) as was_busy,
        min(case when disposition in ('FAILED', 'CONGESTION') then 1 else 0 end) as has_failed,
        max(_order) as _order,
        cast(min(cast(_row_hash as varchar)) as uuid) as _row_hash,
        _connection,
        _parent_key,
        _is_deleted,
        _bound,
        _pulled_at,
        _pull_id
    from cdr
    where device is not null
    group by _version, call_id, device, _connection, _parent_key, _is_deleted, _bound, _pulled_at, _pull_id
),

handed_on as (
    {{ tieout.handed_on('rung') }}
),

legs as (
    select
        rung.call_id,
        rung.device as leg_id,
        case when entries.direction = 'out' then entries.origin else {{ tieout.device_name('rung.device') }} end
            as extension,
        cast(null as varchar) as employee_id,
        rung.started_at,
        rung.answered_at,
        rung.ended_at,
        case
            when rung.answered_at is not null and handed_on.from_device is not null then 'transferred'
            when rung.answered_at is not null then 'answered'
            when rung.was_busy = 1 then 'busy'
            when rung.has_failed = 1 then 'failed'
            else 'no_answer'
        end as result,
        {{ tieout.device_name('handed_on.from_device') }} as transfer_from,
        rung._connection,
        {{ tieout.source_key(['rung._connection', 'rung.call_id', 'rung.device']) }} as _key,
        rung._parent_key,
        rung._order,
        rung._version,
        rung._row_hash,
        rung._is_deleted,
        rung._bound,
        rung._pulled_at,
        rung._pull_id,
        rung._parent_key as document_key
    from rung
    inner join {{ ref('int_asterisk__call_entry') }} as entries on rung._version = entries._version
    left join handed_on
        on rung._version = handed_on._version
        and rung.device = handed_on.device
        and handed_on.place = 1
)

select * from legs
