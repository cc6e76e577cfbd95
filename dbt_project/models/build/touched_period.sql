{{ config(incremental_strategy='replaced') }}

-- The stored periods of the touched days, per site and for all sites together.
with days as (
    select site_key, business_date from {{ ref('touched_day') }}
),

periods as (
    select distinct days.site_key, calendar.period_grain, calendar.period_start
    from days
    inner join {{ ref('reporting_period_day') }} as calendar on days.business_date = calendar.business_date
    where calendar.period_grain in ('day', 'month')
),

with_total as (
    select site_key, period_grain, period_start from periods
    union
    select cast(-2 as bigint) as site_key, period_grain, period_start from periods
)

select * from with_total
