with orders as (
    select * from {{ ref('stg_pbs__repair_order') }}
),

payers as (
    select _version, string_agg(distinct pay_type, ';' order by pay_type) as pay_types
    from {{ ref('int_pbs__ro_line') }}
    group by _version
),

quotes as (
    select _version, {{ tieout.money('sum(labour + parts + sublet_tow)') }} as amount
    from {{ ref('stg_pbs__request') }}
    group by _version
),

summaries as (
    select
        _version,
        {{ tieout.money('sum(coalesce(labour, 0))') }} as labour,
        {{ tieout.money('sum(coalesce(sublet_tow, 0))') }} as sublet,
        {{ tieout.money('sum(coalesce(shop_supplies, 0))') }} as supplies,
        {{ tieout.money('sum(coalesce(environment, 0) + coalesce(service_fee_total, 0))') }} as fees,
        {{ tieout.money('sum(coalesce(misc, 0) + coalesce(oil_gas, 0) + coalesce(freight, 0))') }} as other,
        {{ tieout.money('abs(sum(discount))') }} as discount,
        {{ tieout.money('sum(coalesce(tax1, 0) + coalesce(tax2, 0))') }} as tax,
        {{ tieout.money('sum(coalesce(invoice_total, 0))') }} as total
    from {{ ref('stg_pbs__summary') }}
    group by _version
),

canonical as (
    select
        orders.ro_id,
        orders.serial_number as site,
        orders.ro_number,
        case
            when orders.status in ('void', 'voided', 'cancelled') then 'void'
            when orders.closed_date is not null then 'closed'
            else 'open'
        end as status,
        orders.opened_at,
        orders.closed_date,
        orders.closed_at,
        cast(null as date) as voided_date,
        orders.customer_id,
        orders.vehicle_id,
        orders.advisor_id,
        cast(null as varchar) as open_advisor_id,
        payers.pay_types,
        cast(null as varchar) as dvi_status,
        orders.mileage_in as odometer_in,
        orders.shop as profit_center,
        cast(null as boolean) as tax_exempt,
        cast(null as varchar) as void_reason,
        cast(null as varchar) as refund_of_ro_id,
        quotes.amount as quote_amount,
        {{ tieout.money('null') }} as header_parts,
        summaries.labour as header_labor,
        summaries.sublet as header_sublet,
        summaries.supplies as header_supplies,
        summaries.fees as header_fees,
        {{ tieout.money('null') }} as header_upcharge,
        summaries.discount as header_discount,
        summaries.other as header_other,
        summaries.tax as header_tax,
        summaries.total as header_total,
        orders.appointment_id,
        orders.updated_at,
        cast(null as varchar) as updated_by,
        {{ tieout.landed_columns('orders') }},
        orders._key as document_key
    from orders
    left join payers on orders._version = payers._version
    left join quotes on orders._version = quotes._version
    left join summaries on orders._version = summaries._version
)

select * from canonical
