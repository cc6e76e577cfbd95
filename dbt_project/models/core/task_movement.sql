{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Who got an open task and who it left: of every task and person, in by turns with out. Opening and closing counts, and
-- what is between them, are sums of these (C-20).
with steps as (
    select * from {{ ref('task_step') }}
),

moves as (
    select *, event_type as movement, holder_key as advisor_key, 1 as delta
    from steps
    where event_type = 'created' or (event_type = 'reopened' and not was_open)
    union all
    select *, 'received', holder_key, 1
    from steps
    where event_type in ('assigned', 'reassigned') and was_open and holder_key <> holder_before_key
    union all
    select *, 'away', holder_before_key, -1
    from steps
    where event_type in ('assigned', 'reassigned') and was_open and holder_key <> holder_before_key
    union all
    select *, event_type, holder_key, -1
    from steps
    where event_type in ('completed', 'cancelled') and was_open
),

spans as (
    select
        *,
        lead(business_date) over (partition by task_key order by step asc, delta asc) as left_business_date
    from moves
),

final as (
    select
        spans.task_key,
        spans.step,
        spans.movement,
        spans.delta,
        spans.site_key,
        spans.advisor_key,
        spans.event_ts,
        spans.business_date,
        case when spans.delta = 1 then spans.left_business_date end as left_business_date,
        spans.by_key,
        tasks.source_entity_id as task_id,
        coalesce(tasks.task_type, 'Not told') as task_type,
        tasks.created_ts,
        tasks.due_ts,
        tasks.due_business_date
    from spans
    inner join {{ ref('fct_task') }} as tasks on spans.task_key = tasks.task_key
)

select * from final
