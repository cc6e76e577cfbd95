{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set period = 'period_grain, period_start, period_end' -%}
with days as (
    {{ tieout.reported_days() }}
),

behind as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        sales.ro_key,
        sales.ro_number,
        sales.business_date,
        sales.counted_ro_key as ros,
        case when sales.is_refund then sales.ro_key end as refund_ro_count,
        case when not sales.is_refund then sales.ro_key end as ro_count_ex_refunds,
        case when not sales.is_refund then sales.total_ex_tax end as sales_ex_refunds,
        sales.gross_sales,
        sales.gross_profit,
        sales.total_ex_tax as net_sales,
        sales.formula_family
    from {{ ref('ro_sale') }} as sales
    inner join days on sales.site_key = days.site_key and sales.business_date = days.business_date
),

rolled as (
    {{ tieout.rolled(
        sums=['gross_sales', 'gross_profit', 'net_sales', 'sales_ex_refunds'],
        distincts=['ros', 'refund_ro_count', 'ro_count_ex_refunds'], columns=['formula_family'],
        aggregates=tieout.families()
    ) }}
),

sold_days as (
    select site_key, {{ period }}, business_date, sum(gross_sales) as gross_sales
    from behind
    group by site_key, {{ period }}, business_date
),

-- open days, sold on or not, and closed days that were sold on; of all shops a date is one day
daily as (
    select
        coalesce(days.site_key, -2) as site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        coalesce(sum(sold_days.gross_sales), 0) as gross_sales,
        max(hours.workday_weight) as workday_weight,
        max(case when hours.workday_weight = 0 then 1 else 0 end) as sales_on_closed_day
    from days
    inner join {{ ref('dim_site_day') }} as hours
        on days.site_key = hours.site_key and days.business_date = hours.business_date
    left join sold_days
        on days.site_key = sold_days.site_key
        and days.period_grain = sold_days.period_grain
        and days.period_start = sold_days.period_start
        and days.period_end = sold_days.period_end
        and days.business_date = sold_days.business_date
    where hours.workday_weight > 0 or sold_days.site_key is not null
    group by grouping sets (
        (days.site_key, days.period_grain, days.period_start, days.period_end, days.business_date),
        (days.period_grain, days.period_start, days.period_end, days.business_date)
    )
),

extremes as (
    select
        site_key,
        {{ period }},
        max(gross_sales) as best_day,
        min(gross_sales) as worst_day,
        sum(workday_weight) as business_days,
        max(sales_on_closed_day) as sales_on_closed_day
    from daily
    group by site_key, {{ period }}
),

work as (
    {{ tieout.work_days() }}
),

final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        {{ tieout.family_columns('rolled') }},
        work.worked_days,
        {{ tieout.count_of('rolled.ros') }} as ros,
        {{ tieout.count_of('rolled.refund_ro_count') }} as refund_ro_count,
        {{ tieout.count_of('rolled.ro_count_ex_refunds') }} as ro_count_ex_refunds,
        {{ tieout.money('rolled.gross_sales') }} as gross_sales,
        {{ tieout.money('rolled.gross_profit') }} as gross_profit,
        {{ tieout.per('rolled.gross_sales', 'work.worked_days') }} as avg_daily_sales,
        {{ tieout.per('rolled.ros', 'work.worked_days') }} as avg_daily_ros,
        {{ tieout.per('rolled.gross_profit', 'work.worked_days') }} as avg_daily_gp,
        {{ tieout.per('rolled.net_sales', 'rolled.ros') }} as avg_ro,
        {{ tieout.per('rolled.sales_ex_refunds', 'rolled.ro_count_ex_refunds') }} as avg_ro_ex_refunds,
        {{ tieout.money('extremes.best_day') }} as best_day,
        {{ tieout.money('extremes.worst_day') }} as worst_day,
        {{ tieout.per('rolled.gross_sales', 'extremes.business_days') }} as avg_daily_sales_all_sites,
        coalesce(extremes.sales_on_closed_day, 0) = 1 as sales_on_closed_day
    from rolled
    inner join work
        on rolled.site_key = work.site_key
        and rolled.period_grain = work.period_grain
        and rolled.period_start = work.period_start
        and rolled.period_end = work.period_end
    left join extremes
        on rolled.site_key = extremes.site_key
        and rolled.period_grain = extremes.period_grain
        and rolled.period_start = extremes.period_start
        and rolled.period_end = extremes.period_end
)

select * from final
