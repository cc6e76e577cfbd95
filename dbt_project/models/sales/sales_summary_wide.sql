{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'touched_day'}
) }}

with days as (
    select site_key, business_date
    from {{ ref('dim_site_day') }}
    where {{ tieout.only_touched('touched_day') }}
),

orders as (
    select orders_of.*, coalesce(customers.is_tax_exempt, false) or orders_of.is_tax_exempt as is_exempt
    from {{ ref('fct_repair_order') }} as orders_of
    left join {{ ref('dim_customer') }} as customers on orders_of.customer_key = customers.customer_key
    where orders_of.is_sale
    and {{ tieout.only_touched('touched_day', ['orders_of.site_key', 'orders_of.close_business_date']) }}
),

-- OTH is printed in the sublet section, so that the total is complete (REPORTS 0.7)
sales as (
    select
        site_key,
        close_business_date as business_date,
        count(*) as ro_count,
        sum(parts_sales) as parts_sales,
        sum(labor_sales) as labor_sales,
        sum(sublet_sales + other_charges) as sublet_sales,
        sum(case when is_exempt then 0 else parts_taxable end) as parts_taxable,
        sum(case when is_exempt then 0 else labor_taxable end) as labor_taxable,
        sum(case when is_exempt then 0 else sublet_taxable + other_taxable end) as sublet_taxable,
        sum(parts_cost) as parts_cost,
        sum(labor_cost) as labor_cost,
        sum(sublet_cost + other_cost) as sublet_cost,
        sum(ro_discounts - line_discounts) as discounts,
        sum(coupons) as coupons,
        sum(package_discounts) as package_discounts,
        sum(package_adds) as package_adds,
        sum(supplies_taxable) as supplies_taxable,
        sum(supplies_nontax) as supplies_nontax,
        sum(sales_tax) as sales_tax,
        sum(fees_nontax) as fees_nontax,
        sum(card_upcharge) as card_upcharge,
        sum(grand_total) as grand_total,
        sum(parts_sales_gross - cogs_excluded_gross) as cogs_parts_gross,
        sum(parts_cost - cogs_excluded_cost) as cogs_parts_cost,
        sum(labor_sales_gross) as labor_sales_gross,
        sum(sublet_sales_gross + other_charges_gross) as sublet_sales_gross,
        sum(discount_total) as discount_total,
        sum(labor_lines) as labor_lines,
        sum(labor_lines_with_cost) as labor_lines_with_cost,
        count(*) filter (where labor_sales <> 0 and labor_cost is null) as labor_cost_missing_ros,
        count(*) filter (where is_refund) as refund_ro_count
    from orders
    group by site_key, close_business_date
),

receipts as (
    select
        site_key,
        business_date,
        sum(amount) filter (where kind = 'advance') as advance_pay,
        sum(amount) filter (where kind = 'ar_payment') as ar_pay,
        sum(amount) filter (where method not in ('cash', 'check', 'ar', 'store_credit')) as cards,
        sum(amount) filter (where method = 'cash') as cash,
        sum(amount) filter (where method = 'check') as check_amt
    from {{ ref('fct_tender') }}
    where kind in ('final', 'advance', 'ar_payment')
    and not is_void
    and not is_deleted_at_source
    and {{ tieout.only_touched('touched_day') }}
    group by site_key, business_date
),

settlements as (
    select
        orders.site_key,
        orders.close_business_date as business_date,
        sum(tenders.amount) filter (where tenders.kind = 'ar_charge') as charged,
        sum(tenders.amount) filter (where tenders.kind = 'ar_charge' and tenders.kind_origin = 'derived')
            as charged_derived,
        sum(tenders.amount) filter (where tenders.kind = 'final') as store_credit_used,
        sum(tenders.amount) filter (where tenders.kind = 'advance') as previous_advance_pay
    from orders
    inner join {{ ref('fct_settlement') }} as tenders on orders.ro_key = tenders.settled_ro_key
    group by orders.site_key, orders.close_business_date
),

final as (
    select
        days.site_key,
        days.business_date,
        cast(coalesce(sales.ro_count, 0) as integer) as ro_count,
        {{ tieout.money('coalesce(sales.parts_sales - sales.parts_taxable, 0)') }} as parts_non_tax,
        {{ tieout.money('coalesce(sales.parts_taxable, 0)') }} as parts_taxable,
        {{ tieout.money('coalesce(sales.labor_sales - sales.labor_taxable, 0)') }} as labor_non_tax,
        {{ tieout.money('coalesce(sales.labor_taxable, 0)') }} as labor_taxable,
        {{ tieout.money('coalesce(sales.sublet_sales - sales.sublet_taxable, 0)') }} as sublet_non_tax,
        {{ tieout.money('coalesce(sales.sublet_taxable, 0)') }} as sublet_taxable,
        {{ tieout.money('coalesce(sales.parts_sales + sales.labor_sales + sales.sublet_sales, 0)') }} as total_sales,
        {% for column in [
            'parts_cost', 'labor_cost', 'sublet_cost', 'discounts', 'coupons', 'package_discounts', 'package_adds',
            'supplies_taxable', 'supplies_nontax', 'sales_tax', 'fees_nontax', 'card_upcharge'
        ] -%}
        {{ tieout.money('coalesce(sales.' ~ column ~ ', 0)') }} as {{ column }},
        {% endfor -%}
        {{ tieout.money(
            'coalesce(sales.supplies_taxable + sales.supplies_nontax + sales.sales_tax + sales.fees_nontax'
            ~ ' + sales.card_upcharge, 0)'
        ) }} as total_other_sales,
        {{ tieout.money('coalesce(receipts.advance_pay, 0)') }} as advance_pay,
        {{ tieout.money('coalesce(receipts.ar_pay, 0)') }} as ar_pay,
        {{ tieout.money(
            'coalesce(sales.grand_total, 0) + coalesce(receipts.advance_pay, 0) + coalesce(receipts.ar_pay, 0)'
        ) }} as total_sales_and_other,
        {{ tieout.money('coalesce(receipts.cards, 0)') }} as cards,
        {{ tieout.money('coalesce(receipts.cash, 0)') }} as cash,
        {{ tieout.money('coalesce(receipts.check_amt, 0)') }} as check_amt,
        {{ tieout.money('coalesce(receipts.cash, 0) + coalesce(receipts.check_amt, 0)') }} as deposit,
        {{ tieout.money(
            'coalesce(receipts.cards, 0) + coalesce(receipts.cash, 0) + coalesce(receipts.check_amt, 0)'
        ) }} as total_pay,
        {{ tieout.money('coalesce(settlements.charged, 0)') }} as charged,
        {{ tieout.money('coalesce(settlements.store_credit_used, 0)') }} as store_credit_used,
        {{ tieout.money('coalesce(settlements.previous_advance_pay, 0)') }} as previous_advance_pay,
        {{ tieout.money(
            'coalesce(receipts.cards, 0) + coalesce(receipts.cash, 0) + coalesce(receipts.check_amt, 0)'
            ~ ' + coalesce(settlements.charged, 0) + coalesce(settlements.store_credit_used, 0)'
            ~ ' + coalesce(settlements.previous_advance_pay, 0)'
        ) }} as payments_total,
        {{ tieout.money('coalesce(sales.grand_total - sales.fees_nontax - sales.sales_tax, 0)') }} as ro_total_sales,
        {{ tieout.money('coalesce(sales.grand_total, 0)') }} as total_sales_w_tax,
        {% for column in [
            'cogs_parts_gross', 'cogs_parts_cost', 'labor_sales_gross', 'sublet_sales_gross', 'discount_total'
        ] -%}
        {{ tieout.money('coalesce(sales.' ~ column ~ ', 0)') }} as {{ column }},
        {% endfor -%}
        {{ tieout.money('coalesce(settlements.charged_derived, 0)') }} as charged_derived,
        {% for column in ['labor_lines', 'labor_lines_with_cost', 'labor_cost_missing_ros', 'refund_ro_count'] -%}
        cast(coalesce(sales.{{ column }}, 0) as integer) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from days
    left join sales on days.site_key = sales.site_key and days.business_date = sales.business_date
    left join receipts on days.site_key = receipts.site_key and days.business_date = receipts.business_date
    left join settlements on days.site_key = settlements.site_key and days.business_date = settlements.business_date
)

select * from final
