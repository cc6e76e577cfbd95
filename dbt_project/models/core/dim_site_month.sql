{{ config(materialized='incremental', incremental_strategy='differing') }}

-- Whole years of every shop: what a month will have been when it is over, by the hours that are known now.
with days as (
    select spans.site_key, calendar.business_date, calendar.weekday
    from {{ ref('calendar_span') }} as spans
    inner join {{ source('config', 'calendar') }} as calendar
        on calendar.business_date >= date_trunc('year', spans.first_date)
        and calendar.business_date < date_trunc('year', spans.last_date) + interval '1' year
),

hours as (
    {{ tieout.opening_hours('days') }}
),

weighted as (
    select
        site_key,
        cast(date_trunc('month', business_date) as date) as month_start,
        case when open_time is not null and not is_holiday then workday_weight else 0 end as workday_weight
    from hours
),

final as (
    select site_key, month_start, cast(sum(workday_weight) as decimal(6, 2)) as work_days
    from weighted
    group by site_key, month_start
)

select * from final
