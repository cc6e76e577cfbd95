{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with active as (
    select tasks.*, moments.as_of_ts
    from {{ ref('task_state') }} as tasks
    inner join {{ ref('reporting_moment') }} as moments on tasks.site_key = moments.site_key
    inner join {{ tieout.site_options({'active_task_states': 'varchar'}) }} as options
        on tasks.site_key = options.site_key
    where tasks.is_active
    and tasks.created_ts <= moments.as_of_ts
    and {{ tieout.has_word('options.active_task_states', 'tasks.open_status') }}
),

instants as (
    select site_key, created_ts as ts from active
    union all
    select site_key, as_of_ts from active
),

clock as (
    {{ tieout.business_seconds('instants') }}
),

final as (
    select
        active.site_key,
        active.task_key,
        active.task_id,
        active.task_type as type,
        active.title,
        active.customer,
        active.phone,
        active.ro_number as ro,
        active.assignee_key,
        active.assignee,
        active.created_ts,
        active.created_business_date,
        active.due_ts,
        active.priority,
        {{ tieout.minutes('(seen.business_seconds - begun.business_seconds)') }} as age_min,
        {{ tieout.minutes(tieout.seconds_between('active.created_ts', 'active.as_of_ts')) }} as age_wall_min,
        coalesce(active.due_ts < active.as_of_ts, false) as overdue,
        active.last_activity_ts,
        active.times_reassigned,
        active.state
    from active
    left join clock as begun on active.site_key = begun.site_key and active.created_ts = begun.ts
    left join clock as seen on active.site_key = seen.site_key and active.as_of_ts = seen.ts
)

select * from final
