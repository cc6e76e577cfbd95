{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- What the sales trackers count of each sale (REPORTS 3E.0), so that they count alike.
with presented as (
    select ro_key, sum(case when decision = 'sold' then sold_amount else 0 end) as presented_sold
    from {{ ref('fct_ro_job') }}
    group by ro_key
),

counted as (
    select
        ro_key,
        sum(tire_sales) as tire_sales,
        sum(tire_cost) as tire_cost,
        sum(tire_units) as tire_units,
        sum(lof) as lof,
        sum(inspections) as inspections
    from {{ ref('tracker_job') }}
    group by ro_key
),

final as (
    select
        sales.ro_key,
        sales.site_key,
        sales.advisor_key,
        sales.ro_number,
        sales.business_date,
        sales.formula_family,
        sales.counted_ro_key,
        sales.is_refund,
        sales.total_ex_tax as net_sales,
        sales.gross_sales,
        sales.gross_profit,
        sales.gross_profit_vendor,
        sales.gross_profit_printed_literal,
        sales.discount_total as discounts,
        {{ tieout.money('coalesce(counted.tire_sales, 0)') }} as tire_sales,
        {{ tieout.money('coalesce(counted.tire_cost, 0)') }} as tire_cost,
        cast(coalesce(counted.tire_units, 0) as decimal(12, 2)) as tire_units,
        cast(coalesce(counted.lof, 0) as integer) as lof,
        cast(coalesce(counted.inspections, 0) as integer) as inspections,
        -- what is set against quotes, of shops whose system tells of them
        case when lacks.site_key is null then sales.counted_ro_key end as quoting_ro_key,
        case when lacks.site_key is null then sales.gross_sales end as quoting_sales,
        case when lacks.site_key is null then {{ tieout.money('sales.quoted_parts + sales.quoted_labor') }} end
            as quoted_parts_labor,
        case when lacks.site_key is null then {{ tieout.money(
            "case when options.quote_basis = 'unsold_only' then sales.quoted_unsold"
            ~ ' else sales.quoted_parts + sales.quoted_labor + sales.quoted_sublet end'
        ) }} end as quoted,
        case when lacks.site_key is null
            then {{ tieout.money('sales.quoted_parts + sales.quoted_labor + sales.quoted_sublet') }}
        end as presented,
        case when lacks.site_key is null then {{ tieout.money('coalesce(presented.presented_sold, 0)') }} end
            as presented_sold
    from {{ ref('ro_sale') }} as sales
    inner join {{ tieout.site_options({'quote_basis': 'varchar'}) }} as options on sales.site_key = options.site_key
    left join counted on sales.ro_key = counted.ro_key
    left join presented on sales.ro_key = presented.ro_key
    left join {{ ref('site_lack') }} as lacks on sales.site_key = lacks.site_key and lacks.lack = 'quotes'
)

select * from final
