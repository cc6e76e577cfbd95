{{ config(materialized='incremental', incremental_strategy='differing') }}

-- depends_on: {{ ref('touched_before') }}
-- depends_on: {{ ref('touched_call_before') }}
with days as (
    select spans.site_key, calendar.business_date, calendar.weekday
    from {{ ref('calendar_span') }} as spans
    inner join {{ source('config', 'calendar') }} as calendar
        on calendar.business_date between spans.first_date and spans.last_date
),

hours as (
    {{ tieout.opening_hours('days') }}
),

opened as (
    select *, open_time is not null and not is_holiday as is_open
    from hours
),

final as (
    select
        site_key,
        business_date,
        is_open,
        open_time,
        close_time,
        is_holiday,
        cast(case when is_open then {{ tieout.minutes_between('open_time', 'close_time') }} else 0 end as integer)
            as open_minutes,
        cast(case when is_open then workday_weight else 0 end as decimal(6, 2)) as workday_weight
    from opened
)

select * from final
