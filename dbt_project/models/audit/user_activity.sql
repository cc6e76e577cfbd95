{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with events as (
    select
        changes.*,
        {{ tieout.person('people', 'changes.user_key') }} as person_key,
        {{ tieout.wall_clock('changes.event_ts', 'sites.iana_tz') }} as local_ts
    from {{ ref('fct_audit_event') }} as changes
    inner join {{ ref('dim_site') }} as sites on changes.site_key = sites.site_key
    {{ tieout.people('people', 'changes.user_key') }}
    where not changes.is_deleted_at_source
),

-- what state each change left an order in, until the next
states as (
    select
        ro_key,
        to_status,
        event_ts as from_ts,
        lead(event_ts) over (
            partition by ro_key order by event_ts asc, source_order asc, source_entity_id asc
        ) as until_ts
    from {{ ref('fct_ro_status_event') }}
    where not is_deleted_at_source and ro_key in (select ro_key from events)
),

final as (
    select
        events.site_key,
        events.audit_event_key,
        events.event_ts as ts,
        events.business_date,
        events.person_key as user_key,
        case
            when events.person_key = -1 then coalesce(events.user_name, users.name)
            else coalesce(users.name, events.user_name)
        end as user_name,
        users.role,
        coalesce(
            events.via in ('integration', 'api', 'system')
            or (events.user_key = -1 and lower(events.user_name) = 'system'), false
        ) as is_system,
        events.entity_type,
        events.entity_id,
        events.ro_key,
        orders.ro_number,
        events.action,
        events.field,
        events.old_value,
        events.new_value,
        events.old_value is not null as old_known,
        {{ tieout.money(
            'case when ' ~ tieout.is_amount('lower(events.field)') ~ ' then '
            ~ tieout.written_amount('events.new_value') ~ ' - ' ~ tieout.written_amount('events.old_value') ~ ' end'
        ) }} as amount_delta,
        coalesce(events.entity_type = 'repair_order' and states.ro_key is not null, false) as after_close,
        not coalesce(
            days.is_open and cast(events.local_ts as time) >= days.open_time
            and cast(events.local_ts as time) < days.close_time, false
        ) as after_hours,
        events.ip,
        events.via as client
    from events
    left join states
        on events.ro_key = states.ro_key
        and states.to_status = 'closed'
        and events.event_ts > states.from_ts
        and (events.event_ts <= states.until_ts or states.until_ts is null)
    left join {{ ref('fct_repair_order') }} as orders on events.ro_key = orders.ro_key
    left join {{ ref('dim_employee') }} as users on events.person_key = users.employee_key
    left join {{ ref('business_calendar') }} as days
        on events.site_key = days.site_key and cast(events.local_ts as date) = days.business_date
)

select * from final
