{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- What a task is and where it stands: active unless the last thing that happened to it closed it (REPORTS 3G).
with steps as (
    select
        *,
        row_number() over (
            partition by task_key order by event_ts desc, source_entity_id desc
        ) as newest
    from {{ ref('fct_task_event') }}
    where not is_deleted_at_source
),

history as (
    select
        task_key,
        max(event_ts) as last_activity_ts,
        max(case when newest = 1 then event_type end) as last_event,
        min(case when event_type in ('touched', 'snoozed', 'completed', 'cancelled') then event_ts end)
            as first_touch_ts,
        sum(case when event_type = 'reassigned' then 1 else 0 end) as times_reassigned,
        sum(case when event_type = 'reopened' then 1 else 0 end) as reopen_count
    from steps
    group by task_key
),

phones as (
    select
        golden_customer_key,
        phone,
        row_number() over (
            partition by golden_customer_key
            order by case when is_primary then 0 else 1 end asc, first_seen_ts asc nulls last, phone asc
        ) as place
    from {{ ref('bridge_customer_phone') }}
    where phone is not null
),

active as (
    select
        tasks.*,
        coalesce(history.last_activity_ts, tasks.created_ts) as last_activity_ts,
        history.first_touch_ts,
        coalesce(history.times_reassigned, 0) as times_reassigned,
        coalesce(history.reopen_count, 0) as reopen_count,
        coalesce(history.last_event, tasks.status) not in ('completed', 'cancelled') as is_active,
        {{ tieout.person('assignees', 'tasks.assigned_to_key') }} as assignee_key,
        coalesce(customers.golden_customer_key, tasks.customer_key, -1) as golden_customer_key
    from {{ ref('fct_task') }} as tasks
    left join history on tasks.task_key = history.task_key
    left join {{ ref('bridge_customer_source') }} as customers on tasks.customer_key = customers.customer_key
    {{ tieout.people('assignees', 'tasks.assigned_to_key') }}
    where not tasks.is_deleted_at_source
),

final as (
    select
        active.site_key,
        active.task_key,
        active.source_entity_id as task_id,
        active.task_type,
        active.title,
        active.golden_customer_key,
        coalesce(cards.first_name, cards.company_name) as customer,
        phones.phone,
        active.ro_key,
        orders.ro_number,
        active.assignee_key,
        assignees.name as assignee,
        active.created_ts,
        active.created_business_date,
        active.due_ts,
        active.priority,
        active.last_activity_ts,
        active.first_touch_ts,
        cast(active.times_reassigned as integer) as times_reassigned,
        cast(active.reopen_count as integer) as reopen_count,
        active.is_active,
        case
            when not active.is_active or active.status in ('open', 'completed', 'cancelled') then 'open'
            else active.status
        end as open_status,
        case
            when not active.is_active and active.status in ('completed', 'cancelled') then active.status
            when not active.is_active then 'completed'
            when active.status in ('in_progress', 'snoozed') then active.status
            when active.assignee_key = -1 then 'unassigned'
            else 'assigned'
        end as state,
        case when not active.is_active then active.closed_ts end as closed_ts,
        case when not active.is_active then active.closed_business_date end as closed_business_date,
        case when not active.is_active then active.closed_by_key end as closed_by_key,
        case when not active.is_active then active.disposition end as disposition
    from active
    left join {{ ref('dim_customer') }} as cards
        on active.customer_key = cards.customer_key and cards.customer_key <> -1
    left join {{ ref('dim_employee') }} as assignees on active.assignee_key = assignees.employee_key
    left join {{ ref('fct_repair_order') }} as orders on active.ro_key = orders.ro_key
    left join phones on active.golden_customer_key = phones.golden_customer_key and phones.place = 1
)

select * from final
