{#- What reports of the task roll-forward share (REPORTS 3G.3, 3G.4): event rows of core.task_movement in the periods asked
    for, as CTEs that end with `behind`. Opening is what was held before the first day, closing adds what came and went. -#}

{% macro task_flow_sums() -%}
    {{ return([
        'opening', 'received_by_reassign', 'completed', 'cancelled', 'reassigned_away', 'reopened', 'closing',
        'completed_by_others', 'overdue_closing', 'completed_on_time', 'close_s'
    ]) }}
{%- endmacro %}

{#- `key` is the row key's column of core.task_movement, `created` the name of the measure of new tasks. -#}
{% macro task_flow(key, created) -%}
{% set row = [
    'site_key', 'period_grain', 'period_start', 'period_end', key, 'task_key', 'task_id', 'business_date'
] -%}
{% set flows = [
    'received_by_reassign', 'completed', 'cancelled', 'reassigned_away', 'reopened', 'closing', 'completed_by_others',
    'completed_on_time', 'close_s'
] -%}
spans as (
    select
        site_key, period_grain, period_start, period_end, min(business_date) as first_day, max(business_date) as last_day
    from days
    group by site_key, period_grain, period_start, period_end
),

moves as (
    select days.period_grain, days.period_start, days.period_end, movements.*
    from {{ ref('task_movement') }} as movements
    inner join days on movements.site_key = days.site_key and movements.business_date = days.business_date
),

instants as (
    select site_key, created_ts as ts from moves where movement = 'completed'
    union all
    select site_key, event_ts from moves where movement = 'completed'
),

clock as (
    {{ tieout.business_seconds('instants') }}
),

flowed as (
    select
        moves.site_key,
        moves.period_grain,
        moves.period_start,
        moves.period_end,
        moves.{{ key }},
        moves.task_key,
        moves.task_id,
        moves.business_date,
        case when moves.movement = 'created' then 1 end as {{ created }},
        case when moves.movement = 'received' then 1 end as received_by_reassign,
        case when moves.movement = 'completed' then 1 end as completed,
        case when moves.movement = 'cancelled' then 1 end as cancelled,
        case when moves.movement = 'away' then 1 end as reassigned_away,
        case when moves.movement = 'reopened' then 1 end as reopened,
        moves.delta as closing,
        case
            when moves.movement = 'completed' and moves.by_key <> -1 and moves.by_key <> moves.advisor_key then 1
        end as completed_by_others,
        case
            when moves.movement = 'completed' and (moves.due_ts is null or moves.event_ts <= moves.due_ts) then 1
        end as completed_on_time,
        case when moves.movement = 'completed' then finished.business_seconds - begun.business_seconds end as close_s
    from moves
    left join clock as begun on moves.site_key = begun.site_key and moves.created_ts = begun.ts
    left join clock as finished on moves.site_key = finished.site_key and moves.event_ts = finished.ts
),

held as (
    select spans.*, movements.{{ key }}, movements.task_key, movements.task_id, movements.business_date, 1 as opening,
        1 as closing
    from spans
    inner join {{ ref('task_movement') }} as movements
        on spans.site_key = movements.site_key
        and movements.delta = 1
        and movements.business_date < spans.first_day
        and coalesce(movements.left_business_date, spans.first_day) >= spans.first_day
),

overdue as (
    select spans.*, movements.{{ key }}, movements.task_key, movements.task_id, movements.business_date,
        1 as overdue_closing
    from spans
    inner join {{ ref('task_movement') }} as movements
        on spans.site_key = movements.site_key
        and movements.delta = 1
        and movements.business_date <= spans.last_day
        and (movements.left_business_date is null or movements.left_business_date > spans.last_day)
        and movements.due_business_date <= spans.last_day
),

behind as (
    {{ tieout.stacked(row + [created] + tieout.task_flow_sums(), {
        'flowed': row + [created] + flows,
        'held': row + ['opening', 'closing'],
        'overdue': row + ['overdue_closing']
    }) }}
)
{%- endmacro %}

{#- Counts of a row of `rolled`; NULL where no shop of it has a system for tasks. -#}
{% macro task_counts(columns) -%}
    {%- for column in columns %}
    {{ tieout.unless_lacking('tasks', tieout.count_of('rolled.' ~ column)) }} as {{ column }},
    {%- endfor %}
{%- endmacro %}

{#- The figures of a row of `rolled` that both reports end with. -#}
{% macro task_flow_pace() -%}
    {{ tieout.task_counts(['completed_by_others']) }}
    {{ tieout.seconds_per('rolled.close_s', 'rolled.completed * 60') }} as avg_close_min,
    cast({{ tieout.div(
        'cast(rolled.median_close_s as decimal(18, 1))', 'cast(60 as decimal(18, 0))', 2
    ) }} as decimal(12, 2)) as median_close_min,
    {{ tieout.task_counts(['overdue_closing']) }}
    {{ tieout.ratio('rolled.completed_on_time', 'rolled.completed') }} as on_time_rate,
    {{ tieout.null_reason('tasks', 'no_tasks_source') }} as null_reason,
    {{ tieout.count_of('rolled.tasks_missing') }} as sites_missing
{%- endmacro %}
