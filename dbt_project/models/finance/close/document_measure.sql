{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set of_orders = {
    "'parts'": 'parts_sales', "'labor'": 'labor_sales', "'sublet'": 'sublet_sales', "'other'": 'other_charges',
    "'supplies'": 'supplies_taxable + supplies_nontax', "'fees'": 'fees_nontax', "'upcharge'": 'card_upcharge',
    "'tax'": 'sales_tax', "'total'": 'grand_total', "'discount'": 'discount_total',
    "'cost'": 'parts_cost + coalesce(labor_cost, 0) + sublet_cost', "'charged'": 'coalesce(charged, 0)',
    "'store_credit_used'": 'coalesce(store_credit_used, 0)',
    "'previous_advance_pay'": 'coalesce(previous_advance_pay, 0)'
} -%}
with orders as (
    select * from {{ ref('fct_repair_order') }}
    where is_sale
),

settled as (
    select
        settled_ro_key,
        sum(amount) filter (where kind = 'ar_charge') as charged,
        sum(amount) filter (where kind = 'final') as store_credit_used,
        sum(amount) filter (where kind = 'advance') as previous_advance_pay
    from {{ ref('fct_settlement') }}
    where settled_ro_key is not null
    group by settled_ro_key
),

sold as (
    select
        orders.site_key,
        orders.close_business_date as business_date,
        'order' as document_type,
        orders.ro_key as document_key,
        orders.ro_number,
        orders.version,
        orders.recorded_ts,
        orders.updated_by as by_user,
        {{ tieout.unnest_values(of_orders.keys()) }} as measure,
        {{ tieout.unnest_values(of_orders.values()) }} as amount
    from orders
    left join settled on orders.ro_key = settled.settled_ro_key
),

paid as (
    select
        tenders.site_key,
        tenders.business_date,
        'payment' as document_type,
        tenders.tender_key as document_key,
        numbers.ro_number,
        tenders.version,
        tenders.recorded_ts,
        takers.name as by_user,
        tenders.kind || ' ' || tenders.method as measure,
        tenders.amount
    from {{ ref('fct_tender') }} as tenders
    left join {{ ref('fct_repair_order') }} as numbers on tenders.ro_key = numbers.ro_key
    left join {{ ref('dim_employee') }} as takers
        on tenders.taken_by_key = takers.employee_key and takers.employee_key <> -1
    where not tenders.is_void and not tenders.is_deleted_at_source and tenders.kind <> 'ar_charge'
),

measured as (
    select * from sold
    union all
    select * from paid
),

final as (
    select
        site_key,
        business_date,
        document_type,
        cast(document_key as varchar) as document_key,
        ro_number,
        measure,
        {{ tieout.money('amount') }} as amount,
        cast(version as varchar) as version,
        recorded_ts,
        by_user
    from measured
    where amount <> 0 or measure = 'total'
)

select * from final
