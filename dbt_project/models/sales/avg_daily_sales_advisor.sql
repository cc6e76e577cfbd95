{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set row = ['site_key', 'period_grain', 'period_start', 'period_end', 'advisor_key', 'business_date'] -%}
{% set counts = ['ros', 'refund_ro_count', 'ro_count_ex_refunds'] -%}
{% set sums = ['gross_sales', 'gross_profit', 'net_sales', 'sales_ex_refunds'] -%}
{% set sold_only = ['ro_key', 'ro_number'] + counts + sums + ['formula_family'] -%}
{% set period = 'period_grain, period_start, period_end' -%}
{% set by_time_card = "options.worked_days_basis = 'time_card'" -%}
with days as (
    {{ tieout.reported_days() }}
),

sold as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        sales.advisor_key,
        sales.business_date,
        sales.ro_key,
        sales.ro_number,
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

options as (
    select site_key, worked_days_basis
    from {{ tieout.site_options({'worked_days_basis': 'varchar'}) }} as chosen
),

punched as (
    {{ tieout.clocked('advisor_key', 'advisor') }}
),

-- time cards make rows and days only where the option says that days are counted by them
clocked as (
    select punched.*
    from punched
    inner join options on punched.site_key = options.site_key and {{ by_time_card }}
),

behind as (
    {{ tieout.stacked(row + sold_only + ['time_card_key'], {
        'sold': row + sold_only, 'clocked': row + ['time_card_key']
    }) }}
),

rolled as (
    {{ tieout.rolled(
        keys=['advisor_key'], sums=sums, distincts=counts, columns=['formula_family'], aggregates=tieout.families()
    ) }}
),

sold_days as (
    select
        site_key,
        {{ period }},
        advisor_key,
        business_date,
        coalesce(sum(gross_sales), 0) as gross_sales
    from behind
    group by site_key, {{ period }}, advisor_key, business_date
),

persons as (
    select distinct site_key, {{ period }}, advisor_key from behind
),

-- the days of a person at a shop: those of its calendar, or those with a time card or an order
person_days as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        days.business_date,
        persons.advisor_key,
        coalesce(sold_days.gross_sales, 0) as gross_sales,
        case
            when {{ by_time_card }} then case when sold_days.site_key is not null then 1 else 0 end
            else hours.workday_weight
        end as workday_weight,
        case when sold_days.site_key is not null and hours.workday_weight = 0 then 1 else 0 end as is_sold_closed
    from persons
    inner join days
        on persons.site_key = days.site_key
        and persons.period_grain = days.period_grain
        and persons.period_start = days.period_start
        and persons.period_end = days.period_end
    inner join {{ ref('dim_site_day') }} as hours
        on days.site_key = hours.site_key and days.business_date = hours.business_date
    inner join options on days.site_key = options.site_key
    left join sold_days
        on days.site_key = sold_days.site_key
        and days.period_grain = sold_days.period_grain
        and days.period_start = sold_days.period_start
        and days.period_end = sold_days.period_end
        and days.business_date = sold_days.business_date
        and persons.advisor_key = sold_days.advisor_key
),

person_extremes as (
    select
        site_key,
        {{ period }},
        advisor_key,
        sum(workday_weight) as worked_days,
        max(gross_sales) as best_day,
        min(gross_sales) as worst_day,
        max(is_sold_closed) as sales_on_closed_day
    from person_days
    where workday_weight > 0 or is_sold_closed = 1
    group by site_key, {{ period }}, advisor_key
),

-- a person at two shops on one day has worked one day
person_dates as (
    select {{ period }}, advisor_key, business_date, sum(gross_sales) as gross_sales, max(workday_weight) as worked
    from person_days
    group by {{ period }}, advisor_key, business_date
),

person_totals as (
    select {{ period }}, advisor_key, sum(gross_sales) as gross_sales, sum(worked) as worked_days
    from person_dates
    group by {{ period }}, advisor_key
),

final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        rolled.advisor_key,
        advisors.name as advisor,
        {{ tieout.family_columns('rolled') }},
        cast(coalesce(person_extremes.worked_days, shops.worked_days, 0) as decimal(8, 2)) as worked_days,
        {% for column in counts -%}
        {{ tieout.count_of('rolled.' ~ column) }} as {{ column }},
        {% endfor -%}
        {{ tieout.money('rolled.gross_sales') }} as gross_sales,
        {{ tieout.money('rolled.gross_profit') }} as gross_profit,
        {{ tieout.per('rolled.gross_sales', 'coalesce(person_extremes.worked_days, shops.worked_days)') }}
            as avg_daily_sales,
        {{ tieout.per('rolled.ros', 'coalesce(person_extremes.worked_days, shops.worked_days)') }} as avg_daily_ros,
        {{ tieout.per('rolled.gross_profit', 'coalesce(person_extremes.worked_days, shops.worked_days)') }}
            as avg_daily_gp,
        {{ tieout.per('rolled.net_sales', 'rolled.ros') }} as avg_ro,
        {{ tieout.per('rolled.sales_ex_refunds', 'rolled.ro_count_ex_refunds') }} as avg_ro_ex_refunds,
        {{ tieout.money('coalesce(person_extremes.best_day, shops.best_day)') }} as best_day,
        {{ tieout.money('coalesce(person_extremes.worst_day, shops.worst_day)') }} as worst_day,
        coalesce(
            {{ tieout.per('person_totals.gross_sales', 'person_totals.worked_days') }}, shops.avg_daily_sales_all_sites
        ) as avg_daily_sales_all_sites,
        coalesce(person_extremes.sales_on_closed_day = 1, shops.sales_on_closed_day, false) as sales_on_closed_day
    from rolled
    left join {{ ref('avg_daily_sales_site') }} as shops
        on rolled.site_key = shops.site_key
        and rolled.period_grain = shops.period_grain
        and rolled.period_start = shops.period_start
        and rolled.period_end = shops.period_end
        and rolled.advisor_key is null
    left join person_extremes
        on rolled.site_key = person_extremes.site_key
        and rolled.period_grain = person_extremes.period_grain
        and rolled.period_start = person_extremes.period_start
        and rolled.period_end = person_extremes.period_end
        and rolled.advisor_key = person_extremes.advisor_key
    left join person_totals
        on rolled.period_grain = person_totals.period_grain
        and rolled.period_start = person_totals.period_start
        and rolled.period_end = person_totals.period_end
        and rolled.advisor_key = person_totals.advisor_key
    left join {{ ref('dim_employee') }} as advisors on rolled.advisor_key = advisors.employee_key
)

select * from final
