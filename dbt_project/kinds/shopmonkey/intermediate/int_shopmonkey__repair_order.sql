with orders as (
    select * from {{ ref('stg_shopmonkey__order_row') }}
    where entity = 'order'
),

items as (
    select
        _version,
        sum(case when line_type = 'part' then discount_cents else 0 end) as part_discount_cents,
        sum(case when line_type = 'labor' then discount_cents else 0 end) as labor_discount_cents,
        sum(case when line_type = 'sublet' then discount_cents else 0 end) as sublet_discount_cents,
        sum(discount_cents) as discount_cents
    from {{ ref('int_shopmonkey__item') }}
    where is_on_order
    group by _version
),

presented as (
    select
        _version,
        sum(presented_parts + presented_labor + presented_sublet) as quote_amount
    from {{ ref('int_shopmonkey__ro_job') }}
    group by _version
),

canonical as (
    select
        orders.order_id as ro_id,
        orders.location_id as site,
        cast(orders.order_number as varchar) as ro_number,
        case when orders.is_invoiced then 'closed' when orders.is_authorized then 'open' else 'estimate' end as status,
        coalesce(orders.order_created_date, orders.created_date) as opened_at,
        cast(null as date) as closed_date,
        -- an order that was opened again is not closed, whatever instant it still has
        case when orders.is_invoiced then orders.invoiced_date end as closed_at,
        cast(null as date) as voided_date,
        orders.customer_id,
        orders.vehicle_id,
        orders.service_writer_id as advisor_id,
        cast(null as varchar) as open_advisor_id,
        cast(null as varchar) as pay_types,
        cast(null as varchar) as dvi_status,
        orders.mileage_in as odometer_in,
        cast(null as varchar) as profit_center,
        cast(null as boolean) as tax_exempt,
        orders.deleted_reason as void_reason,
        cast(null as varchar) as refund_of_ro_id,
        {{ tieout.money('presented.quote_amount') }} as quote_amount,
        {{ tieout.cents_to_dollars(
            'orders.parts_cents + orders.tires_cents - coalesce(items.part_discount_cents, 0)'
        ) }} as header_parts,
        {{ tieout.cents_to_dollars('orders.labor_cents - coalesce(items.labor_discount_cents, 0)') }} as header_labor,
        {{ tieout.cents_to_dollars('orders.subcontracts_cents - coalesce(items.sublet_discount_cents, 0)') }}
            as header_sublet,
        {{ tieout.cents_to_dollars('orders.shop_supplies_cents') }} as header_supplies,
        {{ tieout.cents_to_dollars('orders.fees_cents + orders.epa_cents') }} as header_fees,
        {{ tieout.money('null') }} as header_upcharge,
        {{ tieout.cents_to_dollars('orders.discount_cents - coalesce(items.discount_cents, 0)') }} as header_discount,
        {{ tieout.money('null') }} as header_other,
        {{ tieout.cents_to_dollars(
            'orders.tax_cents + coalesce(orders.gst_cents, 0) + coalesce(orders.hst_cents, 0)'
            ~ ' + coalesce(orders.pst_cents, 0)'
        ) }} as header_tax,
        {{ tieout.cents_to_dollars('orders.total_cost_cents') }} as header_total,
        cast(null as varchar) as appointment_id,
        coalesce(orders.updated_date, orders.changed_at) as updated_at,
        cast(null as varchar) as updated_by,
        orders.is_deleted_row as deleted,
        orders._connection,
        orders._parent_key as _key,
        cast(null as uuid) as _parent_key,
        orders._order,
        orders._version,
        -- a change of any of its rows is a change of the order
        orders._version as _row_hash,
        orders.is_deleted_row as _is_deleted,
        orders._bound,
        orders._pulled_at,
        orders._pull_id,
        orders._parent_key as document_key
    from orders
    left join items on orders._version = items._version
    left join presented on orders._version = presented._version
)

select * from canonical
