{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set row = [
    'site_key', 'period_grain', 'period_start', 'period_end', 'advisor_key', 'ro_key', 'ro_number', 'business_date'
] -%}
{% set monies = [
    'labor_sales', 'parts_sales', 'sublet_sales', 'non_labor', 'sub_cost', 'supplies', 'discounts', 'total_ex_tax',
    'gross_sales', 'gross_profit_vendor'
] -%}
{% set quotes = ['quoted', 'quote_base', 'quoted_sales', 'presented_sold', 'deferred_total'] -%}
{% set sums = ['ros', 'hours_billed'] + monies + [
    'dvi_completed', 'refund_ros', 'ros_ex_refunds', 'sales_ex_refunds', 'voided_ros', 'days_open',
    'ros_dated'
] + quotes -%}
{% set distincts = ['car_count'] -%}
with days as (
    {{ tieout.reported_days() }}
),

unquoted as (
    select site_key from {{ ref('site_lack') }} where lack = 'quotes'
),

-- of shops whose system lists no quotes, neither quotes nor the sales that would be divided by them
presented as (
    select
        jobs.ro_key,
        sum(jobs.presented_parts + jobs.presented_labor + jobs.presented_sublet) as quoted,
        sum(case when jobs.decision = 'sold' then jobs.sold_amount end) as presented_sold,
        sum(
            case
                when jobs.decision in ('deferred', 'declined')
                    then jobs.presented_parts + jobs.presented_labor + jobs.presented_sublet
            end
        ) as deferred_total
    from {{ ref('fct_ro_job') }} as jobs
    where jobs.site_key not in (select site_key from unquoted)
    group by jobs.ro_key
),

sold as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        sales.advisor_key,
        sales.ro_key,
        sales.ro_number,
        sales.business_date,
        sales.hours_billed,
        sales.labor_sales,
        sales.parts_sales,
        sales.sublet_sales,
        sales.non_labor,
        sales.sublet_cost as sub_cost,
        sales.supplies,
        sales.discount_total as discounts,
        sales.total_ex_tax,
        sales.gross_sales,
        sales.gross_profit_vendor,
        case when sales.dvi_status = 'completed' then 1 else 0 end as dvi_completed,
        case when sales.is_refund then 1 else 0 end as refund_ros,
        case when sales.is_refund then 0 else 1 end as ros_ex_refunds,
        case when sales.is_refund then 0 else sales.total_ex_tax end as sales_ex_refunds,
        case when sales.counted_ro_key is not null then sales.close_business_date - sales.open_business_date end
            as days_open,
        case when sales.counted_ro_key is not null and sales.open_business_date is not null then 1 else 0 end
            as ros_dated,
        presented.quoted,
        case
            when unquoted.site_key is not null then null
            when options.quote_basis = 'unsold_only' then sales.quoted_unsold
            else presented.quoted
        end as quote_base,
        case when unquoted.site_key is null then sales.gross_sales end as quoted_sales,
        presented.presented_sold,
        presented.deferred_total,
        case when sales.counted_ro_key is not null then 1 else 0 end as ros,
        case
            when sales.golden_vehicle_key <> -1
                then cast(sales.golden_vehicle_key as varchar) || ' ' || cast(sales.business_date as varchar)
        end as car_count
    from {{ ref('ro_sale') }} as sales
    inner join days on sales.site_key = days.site_key and sales.business_date = days.business_date
    inner join {{ tieout.site_options({'quote_basis': 'varchar'}) }} as options
        on sales.site_key = options.site_key
    left join unquoted on sales.site_key = unquoted.site_key
    left join presented on sales.ro_key = presented.ro_key
),

voided as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        voids.advisor_key,
        voids.ro_key,
        voids.ro_number,
        voids.void_business_date as business_date,
        1 as voided_ros
    from {{ ref('ro_void') }} as voids
    inner join days on voids.site_key = days.site_key and voids.void_business_date = days.business_date
),

behind as (
    {{ tieout.stacked(
        row + sums + distincts,
        {'sold': row + sums | reject('eq', 'voided_ros') | list + distincts, 'voided': row + ['voided_ros']}
    ) }}
),

rolled as (
    {{ tieout.rolled(
        keys=['advisor_key'], sums=sums, distincts=distincts, lacks={'quote': 'quotes'}
    ) }}
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
        {{ tieout.count_of('rolled.ros') }} as ros,
        {{ tieout.count_of('rolled.car_count') }} as car_count,
        {{ tieout.hours('rolled.hours_billed') }} as hours_billed,
        {% for column in monies -%}
        {{ tieout.money('rolled.' ~ column) }} as {{ column }},
        {% endfor -%}
        {{ tieout.per('rolled.total_ex_tax', 'rolled.ros') }} as avg_ro,
        {{ tieout.per('rolled.hours_billed', 'rolled.ros') }} as hours_per_ro,
        {{ tieout.per('rolled.labor_sales', 'rolled.hours_billed') }} as elr,
        {{ tieout.ratio('rolled.gross_profit_vendor', 'rolled.total_ex_tax') }} as gp_pct,
        {{ tieout.per('rolled.gross_sales', 'rolled.hours_billed') }} as gs_per_hr,
        {{ tieout.per('rolled.gross_profit_vendor', 'rolled.hours_billed') }} as gp_per_hr,
        {{ tieout.money(tieout.unless_lacking('quote', 'rolled.quoted')) }} as quoted,
        {{ tieout.unless_lacking(
            'quote', tieout.ratio('rolled.quoted_sales', 'rolled.quote_base')
        ) }} as close_pct_vendor,
        {{ tieout.unless_lacking('quote', tieout.ratio('rolled.presented_sold', 'rolled.quoted')) }} as close_pct,
        {{ tieout.money(tieout.unless_lacking('quote', 'rolled.deferred_total')) }} as deferred_total,
        {{ tieout.null_reason('quote', 'no_quote_source') }} as null_reason,
        {{ tieout.count_of('rolled.quote_missing') }} as sites_missing,
        {{ tieout.count_of('rolled.dvi_completed') }} as dvi_completed,
        {{ tieout.ratio('rolled.dvi_completed', 'rolled.ros') }} as dvi_rate,
        {{ tieout.count_of('rolled.refund_ros') }} as refund_ros,
        {{ tieout.count_of('rolled.ros_ex_refunds') }} as ros_ex_refunds,
        {{ tieout.per('rolled.sales_ex_refunds', 'rolled.ros_ex_refunds') }} as avg_ro_ex_refunds,
        {{ tieout.count_of('rolled.voided_ros') }} as voided_ros,
        {{ tieout.per('rolled.days_open', 'rolled.ros_dated') }} as avg_days_open
    from rolled
    left join {{ ref('dim_employee') }} as advisors on rolled.advisor_key = advisors.employee_key
)

select * from final
