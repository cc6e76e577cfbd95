{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Orders that count as sales (REPORTS 0.4), on the day that the option date_basis counts them, with the amounts of
-- their vendor's formula family (0.8), golden people, customers and cars, and their inspections' state.
with orders as (
    select
        sales.*,
        connections.formula_family,
        options.date_basis,
        options.include_refund_ros,
        sales.supplies_taxable + sales.supplies_nontax as supplies,
        sales.total_ex_tax - sales.parts_cost - coalesce(sales.labor_cost, 0) - sales.sublet_cost as gross_profit
    from {{ ref('fct_repair_order') }} as sales
    inner join {{ ref('dim_source_connection') }} as connections
        on sales.source_connection_key = connections.source_connection_key
    inner join {{ tieout.site_options({'date_basis': 'varchar', 'include_refund_ros': 'boolean'}) }} as options
        on sales.site_key = options.site_key
    where sales.is_sale and not sales.is_deleted_at_source
),

-- the day on which the last payment made the order whole; looked for only where a shop counts by it
paid_days as (
    select
        case when kind = 'advance' then coalesce(applied_to_ro_key, ro_key) else ro_key end as ro_key,
        max(business_date) as paid_date,
        sum(amount) as paid
    from {{ ref('fct_tender') }}
    where kind in ('final', 'advance', 'ar_payment') and not is_void and not is_deleted_at_source
    and exists (select 1 from {{ ref('cfg_report') }} where name = 'date_basis' and value = 'fully_paid')
    group by case when kind = 'advance' then coalesce(applied_to_ro_key, ro_key) else ro_key end
),

sold_days as (
    select
        jobs.ro_key,
        min(cast(
            {{ tieout.wall_clock('jobs.decision_ts', 'sites.iana_tz') }}
            - sites.day_cutoff_minutes * interval '1 minute' as date
        )) as sold_date
    from {{ ref('fct_ro_job') }} as jobs
    inner join {{ ref('dim_site') }} as sites on jobs.site_key = sites.site_key
    where jobs.decision = 'sold' and jobs.decision_ts is not null
    and exists (select 1 from {{ ref('cfg_report') }} where name = 'date_basis' and value = 'sold')
    group by jobs.ro_key
),

inspections as (
    select
        ro_key,
        count(complete_ts) as completed,
        count(start_ts) as started
    from {{ ref('fct_dvi') }}
    where not is_deleted_at_source
    group by ro_key
),

dated as (
    select
        orders.*,
        case
            when inspections.completed > 0 then 'completed'
            when orders.dvi_status is not null then lower(replace(trim(orders.dvi_status), '_', ' '))
            when inspections.started > 0 then 'in progress'
            when inspections.ro_key is not null then 'not started'
            else 'n.a.'
        end as inspection_status,
        case orders.date_basis
            when 'opened' then coalesce(orders.open_business_date, orders.close_business_date)
            when 'sold' then coalesce(sold_days.sold_date, orders.open_business_date, orders.close_business_date)
            when 'fully_paid' then case when paid_days.paid >= orders.grand_total then paid_days.paid_date end
            else orders.close_business_date
        end as business_date
    from orders
    left join paid_days on orders.ro_key = paid_days.ro_key
    left join sold_days on orders.ro_key = sold_days.ro_key
    left join inspections on orders.ro_key = inspections.ro_key
),

final as (
    select
        dated.ro_key,
        dated.site_key,
        dated.source_connection_key,
        dated.business_date,
        dated.ro_number,
        dated.open_ts,
        dated.open_business_date,
        dated.close_ts,
        dated.close_business_date,
        dated.customer_key,
        coalesce(customers.golden_customer_key, dated.customer_key, -1) as golden_customer_key,
        dated.vehicle_key,
        coalesce(vehicles.golden_vehicle_key, dated.vehicle_key, -1) as golden_vehicle_key,
        {{ tieout.person('advisors', 'dated.advisor_key') }} as advisor_key,
        dated.pay_types,
        dated.inspection_status as dvi_status,
        dated.odometer_in,
        dated.profit_center,
        dated.is_refund,
        case when dated.include_refund_ros or not dated.is_refund then dated.ro_key end as counted_ro_key,
        dated.formula_family,
        dated.parts_sales,
        dated.labor_sales,
        dated.sublet_sales,
        {{ tieout.money('dated.supplies') }} as supplies,
        dated.fees_nontax,
        dated.card_upcharge,
        dated.other_charges,
        dated.sales_tax,
        dated.grand_total,
        dated.total_ex_tax,
        dated.discount_total,
        dated.parts_cost,
        dated.labor_cost,
        dated.sublet_cost,
        dated.hours_billed,
        dated.hours_actual,
        dated.quoted_parts,
        dated.quoted_labor,
        dated.quoted_sublet,
        dated.quoted_unsold,
        {{ tieout.money(
            'dated.sublet_sales + dated.supplies + dated.fees_nontax + dated.card_upcharge + dated.other_charges'
            ~ ' + dated.sales_tax'
        ) }} as non_labor,
        {{ tieout.money(
            "case when dated.formula_family = 'F1' then dated.total_ex_tax - dated.supplies else dated.total_ex_tax end"
        ) }} as gross_sales,
        {{ tieout.money('dated.gross_profit') }} as gross_profit,
        {{ tieout.money(
            "case when dated.formula_family = 'F1' then dated.gross_profit else dated.gross_profit - dated.supplies end"
        ) }} as gross_profit_vendor,
        {{ tieout.money(
            'dated.total_ex_tax - (dated.parts_cost - coalesce(dated.labor_cost, 0) - dated.sublet_cost'
            ~ " - case when dated.formula_family = 'F1' then 0 else dated.supplies end)"
        ) }} as gross_profit_printed_literal
    from dated
    left join {{ ref('bridge_customer_source') }} as customers on dated.customer_key = customers.customer_key
    left join {{ ref('bridge_vehicle_source') }} as vehicles on dated.vehicle_key = vehicles.vehicle_key
    {{ tieout.people('advisors', 'dated.advisor_key') }}
)

select * from final
