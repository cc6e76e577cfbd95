{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- What happened to each task in its order, who held it then and whether it was open. Tasks whose history begins or ends
-- without an event have one where the task itself says so.
with tasks as (
    select * from {{ ref('fct_task') }}
    where not is_deleted_at_source
),

told as (
    select
        events.task_key,
        events.event_type,
        events.event_ts,
        events.event_business_date,
        events.by_key,
        events.to_key,
        case when events.event_type = 'created' then 0 else 1 end as rank,
        events.source_entity_id
    from {{ ref('fct_task_event') }} as events
    where not events.is_deleted_at_source
),

whole as (
    select * from told
    union all
    select task_key, 'created', created_ts, created_business_date, -1, assigned_to_key, 0, ''
    from tasks
    where task_key not in (select task_key from told where event_type = 'created')
    union all
    select task_key, status, closed_ts, closed_business_date, closed_by_key, -1, 2, ''
    from tasks
    where status in ('completed', 'cancelled') and closed_ts is not null
    and task_key not in (select task_key from told where event_type in ('completed', 'cancelled'))
),

ordered as (
    select
        whole.*,
        tasks.site_key,
        row_number() over (
            partition by whole.task_key
            order by whole.rank asc, whole.event_ts asc, whole.source_entity_id asc
        ) as step
    from whole
    inner join tasks on whole.task_key = tasks.task_key
),

-- the latest step that said who holds it, and the latest that opened or closed it
marked as (
    select
        *,
        max(case when event_type in ('created', 'assigned', 'reassigned') then step end) over (
            partition by task_key order by step asc rows between unbounded preceding and current row
        ) as holder_step,
        max(case when event_type in ('created', 'assigned', 'reassigned') then step end) over (
            partition by task_key order by step asc rows between unbounded preceding and 1 preceding
        ) as holder_step_before,
        max(case when event_type in ('created', 'completed', 'cancelled', 'reopened') then step end) over (
            partition by task_key order by step asc rows between unbounded preceding and 1 preceding
        ) as state_step_before
    from ordered
),

final as (
    select
        marked.task_key,
        marked.step,
        marked.site_key,
        marked.event_type,
        marked.event_ts,
        marked.event_business_date as business_date,
        {{ tieout.person('actors', 'marked.by_key') }} as by_key,
        {{ tieout.person('holders', 'holding.to_key') }} as holder_key,
        case when held.task_key is not null then {{ tieout.person('holders_before', 'held.to_key') }} end
            as holder_before_key,
        coalesce(states.event_type in ('created', 'reopened'), false) as was_open,
        marked.source_entity_id <> '' as is_told
    from marked
    inner join marked as holding on marked.task_key = holding.task_key and marked.holder_step = holding.step
    left join marked as held on marked.task_key = held.task_key and marked.holder_step_before = held.step
    left join marked as states on marked.task_key = states.task_key and marked.state_step_before = states.step
    {{ tieout.people('actors', 'marked.by_key') }}
    {{ tieout.people('holders', 'holding.to_key') }}
    {{ tieout.people('holders_before', 'held.to_key') }}
)

select * from final
