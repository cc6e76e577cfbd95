{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Each task on each day on which it moved: how its events change the number of open tasks, and how its own state does.
-- Summed up they are the roll-forward. Events of a task that the list does not have lack the other side.
with items as (
    select
        *,
        case
            when delta_state > delta_told then 'its events close it, and the list shows it open'
            when delta_state < delta_told then 'the list shows it closed, and no event closes it'
            else 'its events and the list agree'
        end as parted
    from {{ ref('task_item') }}
),

lost as (
    select
        events.site_key,
        events.task_key,
        max(events.event_business_date) as business_date,
        min(events.source_entity_id) as event_id,
        count(*) as events
    from {{ ref('fct_task_event') }} as events
    where not events.is_deleted_at_source
    and not exists (select 1 from {{ ref('fct_task') }} as tasks where tasks.task_key = events.task_key)
    group by events.site_key, events.task_key
),

final as (
    select
        {{ tieout.compared(
            drill_key='task_key', document="'task ' || task_id", aspect="'open'", expected='delta_told',
            actual='delta_state', said="'Task ' || task_id || ': ' || parted || '.'"
        ) }}
    from items
    union all
    select
        {{ tieout.compared(
            drill_key='task_key', document="'task ' || split_part(event_id, '|', 1)", aspect="'open'", expected='events',
            actual='cast(null as integer)', said="'Events are told of a task that the list does not have.'"
        ) }}
    from lost
)

select * from final
