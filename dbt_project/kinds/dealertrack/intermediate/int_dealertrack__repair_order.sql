with orders as (
    select
        *,
        coalesce(customer_pay_supplies, 0) + coalesce(warranty_supplies, 0) + coalesce(internal_supplies, 0)
        + coalesce(service_contract_supplies, 0) as supplies,
        coalesce(customer_pay_sale_tax, 0) + coalesce(warranty_sale_tax, 0) + coalesce(internal_sale_tax, 0)
        + coalesce(service_contract_sale_tax, 0) as tax
    from {{ ref('stg_dealertrack__repair_order') }}
),

payers as (
    select
        _version,
        max(case when payer_code = 'C' then 'customer' end) as customer_pays,
        max(case when payer_code = 'W' then 'warranty' end) as warranty_pays,
        max(case when payer_code = 'I' then 'internal' end) as internal_pays,
        max(case when payer_code = 'S' then 'other' end) as other_pays
    from {{ ref('stg_dealertrack__labor') }}
    group by _version
),

-- the stated totals hold customer-pay money only: with another payer's money on the order they cannot be compared
other_money as (
    select _version, max(abs(amount)) as amount
    from {{ ref('int_dealertrack__sold_row') }}
    where payer_code is distinct from 'C'
    group by _version
),

stated as (
    select
        orders.*,
        nullif(concat_ws(
            ';', payers.customer_pays, payers.warranty_pays, payers.internal_pays, payers.other_pays
        ), '') as pay_types,
        coalesce(other_money.amount, 0) = 0 as is_all_customer_pay
    from orders
    left join payers on orders._version = payers._version
    left join other_money on orders._version = other_money._version
),

canonical as (
    select
        company_number || '-' || repair_order_number as ro_id,
        company_number as site,
        repair_order_number as ro_number,
        document_state as status,
        -- a date only: noon UTC is on that day from Hawaii to Maine, and its hour means nothing
        cast(cast(open_date as varchar) || ' 12:00:00+00' as timestamptz) as opened_at,
        case when document_state = 'closed' then coalesce(final_close_date, close_date) end as closed_date,
        cast(null as timestamptz) as closed_at,
        cast(null as date) as voided_date,
        customer_key as customer_id,
        vin as vehicle_id,
        service_writer_id as advisor_id,
        cast(null as varchar) as open_advisor_id,
        pay_types,
        cast(null as varchar) as dvi_status,
        odometer_in,
        cast(null as varchar) as profit_center,
        cast(null as boolean) as tax_exempt,
        cast(null as varchar) as void_reason,
        cast(null as varchar) as refund_of_ro_id,
        cast(null as decimal(14, 2)) as quote_amount,
        case when is_all_customer_pay then parts_total end as header_parts,
        case when is_all_customer_pay then labor_total end as header_labor,
        case when is_all_customer_pay then sublet_total end as header_sublet,
        {{ tieout.money('supplies') }} as header_supplies,
        {{ tieout.money('coalesce(hazardous_materials, 0)') }} as header_fees,
        cast(null as decimal(14, 2)) as header_upcharge,
        {{ tieout.money('abs(coalesce(coupon_discount, 0))') }} as header_discount,
        cast(null as decimal(14, 2)) as header_other,
        {{ tieout.money('tax') }} as header_tax,
        case when is_all_customer_pay then {{ tieout.money(
            'coalesce(parts_total, 0) + coalesce(labor_total, 0) + coalesce(sublet_total, 0) + supplies'
            ' + coalesce(hazardous_materials, 0) + coalesce(coupon_discount, 0) + tax'
        ) }} end as header_total,
        cast(null as varchar) as appointment_id,
        cast(null as timestamptz) as updated_at,
        cast(null as varchar) as updated_by,
        {{ tieout.landed_columns(keys={
            '_key': tieout.source_key(['_connection', "company_number || '-' || repair_order_number"])
        }) }},
        _key as document_key
    from stated
)

select * from canonical
