with orders as (
    select * from {{ ref('stg_shopdata__ros') }}
),

payers as (
    select
        _version,
        max(case when payer_code = 'C' then 'customer' end) as customer_pays,
        max(case when payer_code = 'W' then 'warranty' end) as warranty_pays,
        max(case when payer_code = 'I' then 'internal' end) as internal_pays,
        max(case when payer_code = 'S' then 'other' end) as other_pays
    from {{ ref('stg_shopdata__lines') }}
    group by _version
),

canonical as (
    select
        orders.ro_id,
        shop as site,
        orders.ro_number,
        case when void_date is not null then 'void' when close_date is not null then 'closed' else 'open' end as status,
        -- a date only: noon UTC is on that day from Hawaii to Maine, and its hour means nothing
        cast(cast(open_date as varchar) || ' 12:00:00+00' as timestamptz) as opened_at,
        close_date as closed_date,
        cast(null as timestamptz) as closed_at,
        void_date as voided_date,
        orders.customer_id,
        orders.vehicle_id,
        orders.advisor_id,
        cast(null as varchar) as open_advisor_id,
        nullif(concat_ws(
            ';', payers.customer_pays, payers.warranty_pays, payers.internal_pays, payers.other_pays
        ), '') as pay_types,
        cast(null as varchar) as dvi_status,
        mileage_in as odometer_in,
        department as profit_center,
        cast(null as boolean) as tax_exempt,
        cast(null as varchar) as void_reason,
        cast(null as varchar) as refund_of_ro_id,
        {{ tieout.money('null') }} as quote_amount,
        {{ tieout.money('null') }} as header_parts,
        labor_total as header_labor,
        {{ tieout.money('null') }} as header_sublet,
        {{ tieout.money('null') }} as header_supplies,
        {{ tieout.money('null') }} as header_fees,
        {{ tieout.money('null') }} as header_upcharge,
        {{ tieout.money('null') }} as header_discount,
        {{ tieout.money('null') }} as header_other,
        tax_total as header_tax,
        ro_total as header_total,
        cast(null as varchar) as appointment_id,
        cast(null as timestamptz) as updated_at,
        cast(null as varchar) as updated_by,
        {{ tieout.landed_columns('orders', {'_key': tieout.source_key(['orders._connection', 'orders.ro_id'])}) }},
        orders._key as document_key
    from orders
    left join payers on orders._version = payers._version
)

select * from canonical
