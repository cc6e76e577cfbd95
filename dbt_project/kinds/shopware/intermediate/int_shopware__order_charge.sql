-- Lines that the head of an order makes: its discounts, its supplies, its tax.
with orders as (
    select * from {{ ref('stg_shopware__repair_order') }}
),

totals as (
    select * from {{ ref('int_shopware__class_total') }}
    where discount_cents <> 0
),

taxes as (
    select * from {{ ref('int_shopware__ro_tax') }}
),

charges as (
    select
        ro_id, 'discount-' || item_class as line_id, 'discount' as line_type,
        case item_class when 'part' then 'Parts discount' else 'Labor discount' end as description,
        case item_class when 'part' then 'parts' else 'labor' end as department,
        {{ tieout.cents_to_dollars('-discount_cents') }} as amount, taxable_cents <> 0 as taxable,
        {{ tieout.landed_columns() }}
    from totals
    union all
    select
        ro_id, 'supplies', 'supply', 'Shop supplies', null,
        {{ tieout.cents_to_dollars('supply_fee_cents') }}, false,
        {{ tieout.landed_columns() }}
    from orders
    where supply_fee_cents <> 0
    union all
    select
        ro_id, 'tax-' || jurisdiction, 'tax', 'Sales tax on ' || jurisdiction, null, tax_amount, false,
        _connection, document_key, cast(null as uuid), _order, _version, _row_hash, _is_deleted, _bound, _pulled_at,
        _pull_id
    from taxes
)

select * from charges
