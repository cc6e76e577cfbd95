-- Money that stands on the header only: supplies and tax by payer, the hazardous materials fee, the coupon.
with orders as (
    select * from {{ ref('stg_dealertrack__repair_order') }}
),

charges as (
    {% for payer, code in [('customer_pay', 'C'), ('warranty', 'W'), ('internal', 'I'), ('service_contract', 'S')] -%}
    select _version, 'supply' as line_type, 'supply.{{ code }}' as line_id, '{{ code }}' as payer_code,
        {{ payer }}_supplies as amount
    from orders
    union all
    select _version, 'tax', 'tax.{{ code }}', '{{ code }}', {{ payer }}_sale_tax
    from orders
    union all
    {% endfor -%}
    select _version, 'fee', 'fee.C', 'C', hazardous_materials
    from orders
    union all
    select _version, 'coupon', 'coupon.C', 'C', coupon_discount
    from orders
),

charged as (
    select
        charges.line_type,
        charges.line_id,
        charges.payer_code,
        charges.amount,
        {{ tieout.landed_columns('orders') }}
    from charges
    inner join orders on charges._version = orders._version
    where charges.amount <> 0
)

select * from charged
