{{ config(materialized='view') }}

-- Closed orders of connections that deliver no charges to account: their charge is derived (REPORTS 6.7).
with connections as (
    select {{ tieout.dim_key(['connection']) }} as source_connection_key
    from {{ source('config', 'connection') }}
    where derives_charges
),

orders as (
    select
        orders_of.ro_key, orders_of.version, orders_of.source_order, orders_of.source_row_hash, orders_of.site_key,
        orders_of.source_connection_key, orders_of.source_entity_id, orders_of.customer_key,
        orders_of.close_business_date,
        -- the document's own total where it states one: what its lines lack then shows as a break
        coalesce(orders_of.header_total, orders_of.grand_total) as billed, orders_of.recorded_ts
    from {{ ref('fct_repair_order') }} as orders_of
    inner join connections on orders_of.source_connection_key = connections.source_connection_key
    inner join {{ ref('incoming_ro') }} as incoming on orders_of.ro_key = incoming.ro_key
    where orders_of.is_sale
)

select * from orders
