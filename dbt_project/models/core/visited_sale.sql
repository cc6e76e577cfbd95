{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Orders that count as sales, by the day of their close whatever day reports count them on, with the golden customer.
with final as (
    select
        sales.ro_key,
        sales.site_key,
        coalesce(golden.golden_customer_key, sales.customer_key) as golden_customer_key,
        sales.customer_key,
        sales.vehicle_key,
        {{ tieout.person('advisors', 'sales.advisor_key') }} as advisor_key,
        sales.ro_number,
        sales.open_ts,
        sales.close_business_date,
        sales.refund_of_ro_key,
        sales.is_refund,
        sales.total_ex_tax,
        {{ tieout.money(
            'sales.total_ex_tax - sales.parts_cost - coalesce(sales.labor_cost, 0) - sales.sublet_cost'
        ) }} as gross_profit
    from {{ ref('fct_repair_order') }} as sales
    left join {{ ref('bridge_customer_source') }} as golden on sales.customer_key = golden.customer_key
    {{ tieout.people('advisors', 'sales.advisor_key') }}
    where sales.is_sale and not sales.is_deleted_at_source
)

select * from final
