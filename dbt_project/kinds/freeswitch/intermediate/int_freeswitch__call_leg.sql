-- The legs that the switch rang for a call. Where it logs the caller's leg only, the one that this was bridged to.
with legs as (
    select legs.*, entries.direction, entries.src as origin, entries.row_id as entry_row_id
    from {{ ref('stg_freeswitch__leg') }} as legs
    inner join {{ ref('int_freeswitch__call_entry') }} as entries on legs._version = entries._version
),

several as (
    select _version from legs group by _version having count(*) > 1
),

rung as (
    select
        call_id, leg_id as device, case when direction = 'out' then origin else dst end as extension,
        started_at, answered_at, ended_at, hangup_cause,
        {{ tieout.landed_columns() }}
    from legs
    where row_id <> entry_row_id
    union all
    select
        call_id, coalesce(bridged_to, leg_id) as device,
        case
            when direction = 'out' then origin
            when bridge_channel is not null then {{ tieout.device_name('bridge_channel') }}
            when direction = 'internal' then dst
        end as extension,
        started_at, case when bridged_to is not null then answered_at end as answered_at, ended_at, hangup_cause,
        {{ tieout.landed_columns() }}
    from legs
    where _version not in (select _version from several)
    and (direction <> 'in' or bridged_to is not null)
),

handed_on as (
    {{ tieout.handed_on('rung') }}
),

final as (
    select
        rung.call_id,
        rung.device as leg_id,
        rung.extension,
        cast(null as varchar) as employee_id,
        rung.started_at,
        rung.answered_at,
        rung.ended_at,
        case
            when rung.answered_at is not null and handed_on.from_device is not null then 'transferred'
            when rung.answered_at is not null then 'answered'
            when rung.hangup_cause in ('USER_BUSY', 'CALL_REJECTED') then 'busy'
            when rung.hangup_cause in (
                'NO_ANSWER', 'ORIGINATOR_CANCEL', 'LOSE_RACE', 'NORMAL_CLEARING', 'ALLOTTED_TIMEOUT',
                'NO_USER_RESPONSE', 'PICKED_OFF', 'NONE'
            ) then 'no_answer'
            else 'failed'
        end as result,
        before_it.extension as transfer_from,
        rung._connection,
        {{ tieout.source_key(['rung._connection', 'rung.call_id', 'rung.device']) }} as _key,
        rung._parent_key, rung._order, rung._version, rung._row_hash, rung._is_deleted, rung._bound, rung._pulled_at,
        rung._pull_id,
        rung._parent_key as document_key
    from rung
    left join handed_on
        on rung._version = handed_on._version
        and rung.device = handed_on.device
        and handed_on.place = 1
    left join rung as before_it
        on handed_on._version = before_it._version
        and handed_on.from_device = before_it.device
)

select * from final
