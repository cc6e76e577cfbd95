with orders as (
    select * from {{ ref('stg_tekmetric__repair_order') }}
),

-- what was presented, bought or not
quotes as (
    select _version, sum(labor_cents + parts_cents) as cents
    from {{ ref('stg_tekmetric__job') }}
    group by _version
),

sublets as (
    select _version, sum(price_cents) as cents
    from {{ ref('stg_tekmetric__sublet') }}
    group by _version
),

canonical as (
    select
        orders.ro_id,
        orders.shop_id as site,
        cast(orders.ro_number as varchar) as ro_number,
        case
            when orders.status_id in ('1', '4') then 'estimate'
            when orders.status_id = '2' then 'open'
            when orders.status_id = '3' then 'finished'
            when orders.status_id in ('5', '6') then 'closed'
            else 'deleted'
        end as status,
        orders.created_at as opened_at,
        cast(null as date) as closed_date,
        -- an order that was unposted is not closed, whatever instant it still has
        case when orders.status_id in ('5', '6') then orders.posted_at end as closed_at,
        cast(null as date) as voided_date,
        orders.customer_id,
        orders.vehicle_id,
        orders.service_writer_id as advisor_id,
        cast(null as varchar) as open_advisor_id,
        cast(null as varchar) as pay_types,
        cast(null as varchar) as dvi_status,
        cast(orders.miles_in as bigint) as odometer_in,
        cast(null as varchar) as profit_center,
        cast(null as boolean) as tax_exempt,
        cast(null as varchar) as void_reason,
        cast(null as varchar) as refund_of_ro_id,
        {{ tieout.cents_to_dollars('coalesce(quotes.cents, 0) + coalesce(sublets.cents, 0)') }} as quote_amount,
        {{ tieout.cents_to_dollars('orders.parts_cents') }} as header_parts,
        {{ tieout.cents_to_dollars('orders.labor_cents') }} as header_labor,
        {{ tieout.cents_to_dollars('orders.sublet_cents') }} as header_sublet,
        -- supplies, card fees and other money are fees there
        {{ tieout.money('null') }} as header_supplies,
        {{ tieout.money('null') }} as header_fees,
        {{ tieout.money('null') }} as header_upcharge,
        {{ tieout.cents_to_dollars('abs(orders.discount_cents)') }} as header_discount,
        {{ tieout.money('null') }} as header_other,
        {{ tieout.cents_to_dollars('orders.tax_cents') }} as header_tax,
        {{ tieout.cents_to_dollars('orders.total_cents') }} as header_total,
        cast(null as varchar) as appointment_id,
        orders.updated_at,
        cast(null as varchar) as updated_by,
        cast(null as boolean) as deleted,
        {{ tieout.landed_columns('orders') }},
        orders._key as document_key
    from orders
    left join quotes on orders._version = quotes._version
    left join sublets on orders._version = sublets._version
)

select * from canonical
