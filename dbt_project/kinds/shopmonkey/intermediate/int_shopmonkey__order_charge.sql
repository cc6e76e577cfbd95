-- What stands on an order beside its items: discounts of whole services, supplies, the environmental charge, taxes.
with rows_of as (
    select * from {{ ref('stg_shopmonkey__order_row') }}
    where not is_deleted_row
),

item_discounts as (
    select
        _version,
        service_id,
        sum(discount_cents) as discount_cents
    from {{ ref('int_shopmonkey__item') }}
    group by _version, service_id
),

service_discounts as (
    select
        rows_of._version,
        'discount-' || rows_of.row_id as line_id,
        'discount' as line_type,
        rows_of.row_id as service_id,
        'Discount of ' || rows_of.title as title,
        coalesce(item_discounts.discount_cents, 0) - rows_of.calculated_discount_cents as amount_cents
    from rows_of
    left join item_discounts
        on rows_of._version = item_discounts._version
        and rows_of.row_id = item_discounts.service_id
    where rows_of.entity = 'service'
    and rows_of.authorization_status <> 'Declined'
    and coalesce(rows_of.deferred_reason, '') = ''
),

orders as (
    select * from rows_of
    where entity = 'order'
),

order_charges as (
    select
        _version,
        'supplies' as line_id,
        'supply' as line_type,
        'Shop supplies' as title,
        shop_supplies_cents as cents
    from orders
    union all
    select _version, 'epa', 'fee', 'Environmental charge', epa_cents from orders
    union all
    select _version, 'tax', 'tax', 'Sales tax', tax_cents from orders
    union all
    select _version, 'gst', 'tax', 'GST', gst_cents from orders
    union all
    select _version, 'hst', 'tax', 'HST', hst_cents from orders
    union all
    select _version, 'pst', 'tax', 'PST', pst_cents from orders
),

charges as (
    select _version, line_id, line_type, service_id, title, amount_cents from service_discounts
    where amount_cents <> 0
    union all
    select _version, line_id, line_type, cast(null as varchar), title, cents from order_charges
    where cents <> 0
),

with_order as (
    select
        orders.order_id,
        charges.line_id,
        charges.line_type,
        charges.service_id,
        charges.title,
        charges.amount_cents,
        {{ tieout.landed_columns('orders') }}
    from charges
    inner join orders on charges._version = orders._version
)

select * from with_order
