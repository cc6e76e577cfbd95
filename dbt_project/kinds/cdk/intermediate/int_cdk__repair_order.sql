with orders as (
    select * from {{ ref('stg_cdk__repair_order') }}
),

payers as (
    select _version, string_agg(distinct pay_type, ';' order by pay_type) as pay_types
    from {{ ref('int_cdk__ro_line') }}
    group by _version
),

totals as (
    select
        _version,
        {{ tieout.money('sum(shop_charge_sale)') }} as supplies,
        {{ tieout.money('sum(ro_tax)') }} as tax,
        {{ tieout.money('sum(coalesce(ro_sale, 0) + coalesce(ro_tax, 0))') }} as total
    from {{ ref('stg_cdk__total') }}
    group by _version
),

canonical as (
    select
        orders.ro_id,
        orders.dealer_id as site,
        orders.ro_id as ro_number,
        case
            when orders.voided_date is not null then 'void'
            when orders.closed_date is not null then 'closed'
            else 'open'
        end as status,
        -- a date only: noon UTC is on that day from Hawaii to Maine, and its hour means nothing
        cast(cast(orders.open_date as varchar) || ' 12:00:00+00' as timestamptz) as opened_at,
        orders.closed_date,
        cast(null as timestamptz) as closed_at,
        orders.voided_date,
        orders.customer_id,
        orders.vin as vehicle_id,
        orders.advisor_id,
        cast(null as varchar) as open_advisor_id,
        payers.pay_types,
        cast(null as varchar) as dvi_status,
        orders.mileage as odometer_in,
        cast(null as varchar) as profit_center,
        cast(null as boolean) as tax_exempt,
        cast(null as varchar) as void_reason,
        cast(null as varchar) as refund_of_ro_id,
        {{ tieout.money('null') }} as quote_amount,
        {{ tieout.money('null') }} as header_parts,
        {{ tieout.money('null') }} as header_labor,
        {{ tieout.money('null') }} as header_sublet,
        totals.supplies as header_supplies,
        {{ tieout.money('null') }} as header_fees,
        {{ tieout.money('null') }} as header_upcharge,
        {{ tieout.money('null') }} as header_discount,
        {{ tieout.money('null') }} as header_other,
        totals.tax as header_tax,
        totals.total as header_total,
        cast(null as varchar) as appointment_id,
        cast(null as timestamptz) as updated_at,
        cast(null as varchar) as updated_by,
        {{ tieout.landed_columns('orders') }},
        orders._key as document_key
    from orders
    left join payers on orders._version = payers._version
    left join totals on orders._version = totals._version
)

select * from canonical
