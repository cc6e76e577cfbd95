{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set row = [
    'site_key', 'period_grain', 'period_start', 'period_end', 'advisor_key', 'ro_key', 'ro_number', 'business_date'
] -%}
{% set monies = [
    'labor_sales', 'parts_sales', 'sublet_sales', 'non_labor', 'sub_cost', 'supplies', 'discounts', 'total_ex_tax',
    'gross_sales', 'gross_profit_vendor'
] -%}
{% set sums = ['hours_billed'] + monies + ['dvi_completed', 'refund_ros', 'voided_ros', 'days_open'] -%}
{% set totals = ['quoted', 'quote_base', 'presented_sold', 'deferred_total'] -%}
{% set distincts = ['ros', 'car_count'] -%}
with days as (
    {{ tieout.reported_days() }}
),

presented as (
    select
        ro_key,
        sum(presented_parts + presented_labor + presented_sublet) as quoted,
        sum(case when decision = 'sold' then sold_amount else 0 end) as presented_sold,
        sum(
            case when decision in ('deferred', 'declined') then presented_parts + presented_labor + presented_sublet end
        ) as deferred_total
    from {{ ref('fct_ro_job') }}
    group by ro_key
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
        sales.close_business_date - sales.open_business_date as days_open,
        presented.quoted,
        case when options.quote_basis = 'unsold_only' then sales.quoted_unsold else presented.quoted end as quote_base,
        presented.presented_sold,
        presented.deferred_total,
        sales.counted_ro_key as ros,
        case
            when sales.golden_vehicle_key <> -1
                then cast(sales.golden_vehicle_key as varchar) || ' ' || cast(sales.business_date as varchar)
        end as car_count
    from {{ ref('ro_sale') }} as sales
    inner join days on sales.site_key = days.site_key and sales.business_date = days.business_date
    inner join {{ tieout.site_options({'quote_basis': 'varchar'}) }} as options
        on sales.site_key = options.site_key
    left join presented on sales.ro_key = presented.ro_key
),

voided as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        {{ tieout.person('advisors', 'orders.advisor_key') }} as advisor_key,
        orders.ro_key,
        orders.ro_number,
        orders.void_business_date as business_date,
        1 as voided_ros
    from {{ ref('fct_repair_order') }} as orders
    inner join days on orders.site_key = days.site_key and orders.void_business_date = days.business_date
    {{ tieout.people('advisors', 'orders.advisor_key') }}
    where orders.is_void and not orders.is_deleted_at_source
),

behind as (
    {{ tieout.stacked(
        row + sums + totals + distincts,
        {'sold': row + sums | reject('eq', 'voided_ros') | list + totals + distincts, 'voided': row + ['voided_ros']}
    ) }}
),

rolled as (
    {{ tieout.rolled(
        keys=['advisor_key'], sums=sums, totals=totals, distincts=distincts, lacks={'quote': 'quotes'}
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
            'quote', tieout.ratio('rolled.gross_sales', 'rolled.quote_base')
        ) }} as close_pct_vendor,
        {{ tieout.unless_lacking('quote', tieout.ratio('rolled.presented_sold', 'rolled.quoted')) }} as close_pct,
        {{ tieout.money(tieout.unless_lacking('quote', 'rolled.deferred_total')) }} as deferred_total,
        {{ tieout.null_reason('quote', 'no_quote_source') }} as null_reason,
        {{ tieout.count_of('rolled.quote_missing') }} as sites_missing,
        {{ tieout.count_of('rolled.dvi_completed') }} as dvi_completed,
        {{ tieout.ratio('rolled.dvi_completed', 'rolled.ros') }} as dvi_rate,
        {{ tieout.count_of('rolled.refund_ros') }} as refund_ros,
        {{ tieout.count_of('rolled.voided_ros') }} as voided_ros,
        {{ tieout.per('rolled.days_open', 'rolled.ros') }} as avg_days_open
    from rolled
    left join {{ ref('dim_employee') }} as advisors on rolled.advisor_key = advisors.employee_key
)

select * from final
