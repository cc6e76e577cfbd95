{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with days as (
    {{ tieout.reported_days() }}
),

{{ tieout.task_flow('task_type', 'created') }},

rolled as (
    {{ tieout.rolled(
        keys=['task_type'], sums=['created'] + tieout.task_flow_sums(),
        aggregates={'median_close_s': tieout.median('close_s')}, lacks={'tasks': 'tasks'}
    ) }}
),

-- of all shops a date is one day
open_days as (
    select
        coalesce(days.site_key, -2) as site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        count(distinct case when hours.is_open then days.business_date end) as open_days
    from days
    inner join {{ ref('dim_site_day') }} as hours
        on days.site_key = hours.site_key and days.business_date = hours.business_date
    group by grouping sets (
        (days.site_key, days.period_grain, days.period_start, days.period_end),
        (days.period_grain, days.period_start, days.period_end)
    )
),

final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        rolled.task_type,
        {{ tieout.task_counts(['opening', 'created', 'completed', 'cancelled', 'reopened', 'closing']) }}
        {{ tieout.ratio('rolled.completed', 'rolled.opening + rolled.created') }} as completion_rate,
        {{ tieout.count_of('open_days.open_days') }} as open_days,
        {{ tieout.per('rolled.closing * open_days.open_days', 'rolled.completed') }} as backlog_days,
        {{ tieout.task_flow_pace() }}
    from rolled
    inner join open_days
        on rolled.site_key = open_days.site_key
        and rolled.period_grain = open_days.period_grain
        and rolled.period_start = open_days.period_start
        and rolled.period_end = open_days.period_end
)

select * from final
