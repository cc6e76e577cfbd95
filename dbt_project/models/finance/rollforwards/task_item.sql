{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set moves = ['created', 'received', 'reopened', 'completed', 'cancelled', 'away'] -%}
-- What each task moved of the open tasks on a day: as its events tell it, and as it stood at the day's end. It stands
-- as its latest event left it, and from the last one on as the task itself says.
with steps as (
    select * from {{ ref('task_step') }}
),

told as (
    select
        site_key,
        task_key,
        business_date,
        case when event_type = 'created' then 1 else 0 end as created,
        case
            when event_type in ('assigned', 'reassigned') and was_open and holder_key <> holder_before_key then 1
            else 0
        end as received,
        case when event_type = 'reopened' and not was_open then 1 else 0 end as reopened,
        case when event_type = 'completed' and was_open and is_told then 1 else 0 end as completed,
        case when event_type = 'cancelled' and was_open and is_told then 1 else 0 end as cancelled,
        is_told
    from steps
),

histories as (
    select
        task_key,
        sum(created + reopened - completed - cancelled) as standing,
        max(case when is_told then business_date end) as last_date,
        max(case when reopened + completed + cancelled > 0 then business_date end) as last_turn_date
    from told
    group by task_key
),

tasks as (
    select
        task_key,
        site_key,
        source_entity_id,
        created_business_date,
        closed_business_date,
        case when status in ('completed', 'cancelled') then 0 else 1 end as standing
    from {{ ref('fct_task') }}
    where not is_deleted_at_source
),

moved as (
    select
        site_key, task_key, business_date, created, received, reopened, completed, cancelled, received as away,
        created + reopened - completed - cancelled as delta_state
    from told
    union all
    -- where a task's own state is not that of its events, they part: on the day it was closed, or was said to be
    select
        tasks.site_key,
        tasks.task_key,
        case
            when tasks.standing = 1 then coalesce(histories.last_turn_date, tasks.created_business_date)
            else greatest(
                coalesce(tasks.closed_business_date, histories.last_date, tasks.created_business_date),
                tasks.created_business_date
            )
        end,
        0, 0, 0, 0, 0, 0, tasks.standing - histories.standing
    from tasks
    inner join histories on tasks.task_key = histories.task_key
    where tasks.standing <> histories.standing
),

final as (
    select
        moved.site_key,
        moved.business_date,
        moved.task_key,
        tasks.source_entity_id as task_id,
        {% for column in moves -%}
        {{ tieout.count_of('sum(moved.' ~ column ~ ')') }} as {{ column }},
        {% endfor -%}
        {{ tieout.count_of('sum(moved.created + moved.reopened - moved.completed - moved.cancelled)') }} as delta_told,
        {{ tieout.count_of('sum(moved.delta_state)') }} as delta_state,
        {{ tieout.count_of(
            'sum(moved.delta_state - moved.created - moved.reopened + moved.completed + moved.cancelled)'
        ) }} as diff
    from moved
    inner join tasks on moved.task_key = tasks.task_key
    group by moved.site_key, moved.business_date, moved.task_key, tasks.source_entity_id
)

select * from final
