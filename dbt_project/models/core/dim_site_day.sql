{{ config(materialized='incremental', incremental_strategy='differing') }}

-- depends_on: {{ ref('touched_before') }}
-- depends_on: {{ ref('touched_call_before') }}
with days as (
    select spans.site_key, calendar.business_date, calendar.weekday
    from {{ ref('calendar_span') }} as spans
    inner join {{ source('config', 'calendar') }} as calendar
        on calendar.business_date between spans.first_date and spans.last_date
),

stated as (
    select * from {{ ref('dim_site_hours') }}
    where not is_deleted_at_source
),

configured as (
    select
        {{ tieout.dim_key(['site']) }} as site_key, weekday, cast(opens as time) as opens,
        cast(closes as time) as closes, workday_weight
    from {{ source('config', 'site_hours') }}
),

holidays as (
    select {{ tieout.dim_key(['site']) }} as site_key, business_date
    from {{ source('config', 'holiday') }}
),

-- a date that the source states, then its weekday, then tieout.yml with its holiday calendar
hours as (
    select
        days.site_key,
        days.business_date,
        case
            when by_date.site_key is not null then by_date.opens
            when by_weekday.site_key is not null then by_weekday.opens
            else configured.opens
        end as open_time,
        case
            when by_date.site_key is not null then by_date.closes
            when by_weekday.site_key is not null then by_weekday.closes
            else configured.closes
        end as close_time,
        coalesce(by_date.is_holiday, by_weekday.is_holiday, holidays.site_key is not null) as is_holiday,
        coalesce(by_date.workday_weight, by_weekday.workday_weight, configured.workday_weight, 1) as workday_weight
    from days
    left join stated as by_date on days.site_key = by_date.site_key and days.business_date = by_date.business_date
    left join stated as by_weekday
        on days.site_key = by_weekday.site_key
        and days.weekday = by_weekday.weekday
        and by_weekday.business_date is null
    left join configured on days.site_key = configured.site_key and days.weekday = configured.weekday
    left join holidays on days.site_key = holidays.site_key and days.business_date = holidays.business_date
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
