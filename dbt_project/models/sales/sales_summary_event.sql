{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set named = ['site_key', 'business_date', 'ro_key', 'ro_number', 'tender_key', 'kind', 'method_name'] -%}
{% set sold = [
    'ro_count', 'parts_non_tax', 'parts_taxable', 'labor_non_tax', 'labor_taxable', 'sublet_non_tax', 'sublet_taxable',
    'total_sales', 'parts_cost', 'labor_cost', 'sublet_cost', 'discounts', 'coupons', 'package_discounts',
    'package_adds', 'supplies_taxable', 'supplies_nontax', 'sales_tax', 'fees_nontax', 'card_upcharge',
    'total_other_sales', 'ro_total_sales', 'total_sales_w_tax'
] -%}
{% set received = ['advance_pay', 'ar_pay', 'cards', 'cash', 'check_amt', 'deposit', 'total_pay'] -%}
{% set settled = ['charged', 'store_credit_used', 'previous_advance_pay'] -%}
{% set both = ['total_sales_and_other', 'payments_total'] -%}
with sales as (
    select orders_of.*, coalesce(customers.is_tax_exempt, false) or orders_of.is_tax_exempt as is_exempt
    from {{ ref('fct_repair_order') }} as orders_of
    left join {{ ref('dim_customer') }} as customers on orders_of.customer_key = customers.customer_key
    where orders_of.is_sale
),

taxed as (
    select
        *,
        case when is_exempt then 0 else parts_taxable end as effective_parts,
        case when is_exempt then 0 else labor_taxable end as effective_labor,
        case when is_exempt then 0 else sublet_taxable + other_taxable end as effective_sublet
    from sales
),

orders as (
    select
        site_key,
        close_business_date as business_date,
        ro_key,
        ro_number,
        1 as ro_count,
        parts_sales - effective_parts as parts_non_tax,
        effective_parts as parts_taxable,
        labor_sales - effective_labor as labor_non_tax,
        effective_labor as labor_taxable,
        sublet_sales + other_charges - effective_sublet as sublet_non_tax,
        effective_sublet as sublet_taxable,
        parts_sales + labor_sales + sublet_sales + other_charges as total_sales,
        parts_cost,
        labor_cost,
        sublet_cost + other_cost as sublet_cost,
        ro_discounts - line_discounts as discounts,
        coupons,
        package_discounts,
        package_adds,
        supplies_taxable,
        supplies_nontax,
        sales_tax,
        fees_nontax,
        card_upcharge,
        supplies_taxable + supplies_nontax + sales_tax + fees_nontax + card_upcharge as total_other_sales,
        grand_total - fees_nontax - sales_tax as ro_total_sales,
        grand_total as total_sales_w_tax,
        grand_total as total_sales_and_other
    from taxed
),

tenders as (
    select
        taken.*,
        orders_of.ro_number,
        case when taken.kind = 'advance' then taken.amount end as advance_pay,
        case when taken.kind = 'ar_payment' then taken.amount end as ar_pay,
        case when taken.method not in ('cash', 'check', 'ar', 'store_credit') then taken.amount end as cards,
        case when taken.method = 'cash' then taken.amount end as cash,
        case when taken.method = 'check' then taken.amount end as check_amt,
        case when taken.method in ('cash', 'check') then taken.amount end as deposit,
        case when taken.method not in ('ar', 'store_credit') then taken.amount end as total_pay,
        case when taken.kind in ('advance', 'ar_payment') then taken.amount end as total_sales_and_other,
        case when taken.method not in ('ar', 'store_credit') then taken.amount end as payments_total
    from {{ ref('fct_tender') }} as taken
    left join {{ ref('fct_repair_order') }} as orders_of on taken.ro_key = orders_of.ro_key
    where taken.kind in ('final', 'advance', 'ar_payment') and not taken.is_void and not taken.is_deleted_at_source
),

settlements as (
    select
        orders.site_key,
        orders.business_date,
        orders.ro_key,
        orders.ro_number,
        settling.tender_key,
        settling.kind,
        taken.method_name,
        case when settling.kind = 'ar_charge' then settling.amount end as charged,
        case when settling.kind = 'final' then settling.amount end as store_credit_used,
        case when settling.kind = 'advance' then settling.amount end as previous_advance_pay,
        settling.amount as payments_total
    from orders
    inner join {{ ref('fct_settlement') }} as settling on orders.ro_key = settling.settled_ro_key
    inner join {{ ref('fct_tender') }} as taken on settling.tender_key = taken.tender_key
),

stacked as (
    {{ tieout.stacked(named + sold + received + settled + both, {
        'orders': named[:4] + sold + both[:1], 'tenders': named + received + both, 'settlements': named + settled + both[1:]
    }) }}
),

final as (
    select
        {% for column in named -%}
        {{ column }},
        {% endfor -%}
        cast(ro_count as integer) as ro_count,
        {% for column in sold[1:] + received + settled + both -%}
        {{ tieout.money(column) }} as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from stacked
)

select * from final
