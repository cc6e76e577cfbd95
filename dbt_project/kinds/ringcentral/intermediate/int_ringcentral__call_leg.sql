-- The legs of a call but the one that is the whole of it. A call that names no other leg is its own.
with calls as (
    select
        *,
        case
            when from_phone_number is null and to_phone_number is null then 'internal'
            when direction = 'Inbound' then 'in'
            else 'out'
        end as way
    from {{ ref('stg_ringcentral__call') }}
    where medium = 'Voice'
),

legs as (
    select * from {{ ref('stg_ringcentral__leg') }}
    where not is_master and ended_as <> 'Voicemail'
),

rung as (
    select
        legs.call_id, cast(legs.nth as varchar) as device,
        case when calls.way = 'out' then legs.from_extension_number else legs.to_extension_number end as extension,
        legs.started_at, legs.ended_at, legs.ended_as, {{ tieout.landed_columns('legs') }}
    from legs
    inner join calls on legs._version = calls._version
    union all
    select
        call_id, 'call' as device,
        case when way = 'out' then from_extension_number else to_extension_number end as extension,
        started_at, ended_at, ended_as, {{ tieout.landed_columns() }}
    from calls
    where _version not in (select _version from legs)
    and (way <> 'in' or ended_as in ('Accepted', 'Call connected'))
),

judged as (
    select
        *,
        case when ended_as in ('Accepted', 'Call connected', 'Disconnected') then started_at end as answered_at
    from rung
),

handed_on as (
    {{ tieout.handed_on('judged') }}
),

final as (
    select
        judged.call_id,
        judged.device as leg_id,
        judged.extension,
        cast(null as varchar) as employee_id,
        judged.started_at,
        judged.answered_at,
        judged.ended_at,
        case
            when judged.answered_at is not null and handed_on.from_device is not null then 'transferred'
            when judged.answered_at is not null then 'answered'
            when judged.ended_as = 'Busy' then 'busy'
            when judged.ended_as in (
                'Missed', 'No Answer', 'Hang Up', 'Stopped', 'Abandoned', 'Rejected', 'Declined',
                'Answered Not Accepted'
            ) then 'no_answer'
            else 'failed'
        end as result,
        before_it.extension as transfer_from,
        judged._connection,
        {{ tieout.source_key(['judged._connection', 'judged.call_id', 'judged.device']) }} as _key,
        {{ tieout.source_key(['judged._connection', 'judged.call_id']) }} as _parent_key,
        judged._order, judged._version, judged._row_hash, judged._is_deleted, judged._bound, judged._pulled_at,
        judged._pull_id,
        {{ tieout.source_key(['judged._connection', 'judged.call_id']) }} as document_key
    from judged
    left join handed_on
        on judged._version = handed_on._version
        and judged.device = handed_on.device
        and handed_on.place = 1
    left join judged as before_it
        on handed_on._version = before_it._version
        and handed_on.from_device = before_it.device
)

select * from final
