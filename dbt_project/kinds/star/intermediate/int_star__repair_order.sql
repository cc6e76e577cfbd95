with orders as (
    select rows_of.*, status_map.canonical
    from {{ ref('stg_star__repair_order') }} as rows_of
    {{ tieout.mapped('repair_order', 'status_text', 'status_map') }}
),

payers as (
    select _version, string_agg(distinct pay_type, ';' order by pay_type) as pay_types
    from {{ ref('int_star__ro_line') }}
    where line_type <> 'tax'
    group by _version
),

taxes as (
    select _version, {{ tieout.money('sum(tax_amount)') }} as amount
    from {{ ref('int_star__ro_tax') }}
    group by _version
),

canonical as (
    select
        orders.ro_id,
        orders.dealer_number_id as site,
        orders.document_id as ro_number,
        orders.canonical as status,
        orders.opened_at,
        cast(null as date) as closed_date,
        case when orders.canonical = 'closed' then orders.closed_at end as closed_at,
        cast(null as date) as voided_date,
        orders.owner_id as customer_id,
        orders.vin as vehicle_id,
        orders.advisor_id,
        cast(null as varchar) as open_advisor_id,
        payers.pay_types,
        cast(null as varchar) as dvi_status,
        cast(orders.odometer_in as bigint) as odometer_in,
        orders.department_type as profit_center,
        cast(null as boolean) as tax_exempt,
        cast(null as varchar) as void_reason,
        cast(null as varchar) as refund_of_ro_id,
        {{ tieout.money('null') }} as quote_amount,
        {{ tieout.money('null') }} as header_parts,
        {{ tieout.money('null') }} as header_labor,
        {{ tieout.money('null') }} as header_sublet,
        {{ tieout.money('null') }} as header_supplies,
        {{ tieout.money('null') }} as header_fees,
        {{ tieout.money('null') }} as header_upcharge,
        {{ tieout.money('null') }} as header_discount,
        {{ tieout.money('null') }} as header_other,
        taxes.amount as header_tax,
        orders.price_total as header_total,
        cast(null as varchar) as appointment_id,
        orders.created_at as updated_at,
        cast(null as varchar) as updated_by,
        {{ tieout.landed_columns('orders', {'_key': tieout.source_key(['orders._connection', 'orders.ro_id'])}) }},
        orders._key as document_key
    from orders
    left join payers on orders._version = payers._version
    left join taxes on orders._version = taxes._version
)

select * from canonical
