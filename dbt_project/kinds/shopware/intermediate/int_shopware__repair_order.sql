with orders as (
    select * from {{ ref('stg_shopware__repair_order') }}
),

presented as (
    select
        _version as job_version,
        sum(presented_parts + presented_labor + presented_sublet) as quote_amount
    from {{ ref('int_shopware__ro_job') }}
    group by _version
),

canonical as (
    select
        ro_id,
        shop_id as site,
        cast(ro_number as varchar) as ro_number,
        case state when 'estimate' then 'estimate' when 'in_progress' then 'open' when 'invoice' then 'closed' end
            as status,
        coalesce(started_at, created_at) as opened_at,
        cast(null as date) as closed_date,
        -- an order that was opened again is not closed, whatever instant it still has
        case when state = 'invoice' then closed_at end as closed_at,
        cast(null as date) as voided_date,
        customer_id,
        vehicle_id,
        advisor_id,
        cast(null as varchar) as open_advisor_id,
        cast(null as varchar) as pay_types,
        cast(null as varchar) as dvi_status,
        odometer as odometer_in,
        cast(null as varchar) as profit_center,
        not is_taxable as tax_exempt,
        cast(null as varchar) as void_reason,
        cast(null as varchar) as refund_of_ro_id,
        {{ tieout.money('presented.quote_amount') }} as quote_amount,
        {{ tieout.money('null') }} as header_parts,
        {{ tieout.money('null') }} as header_labor,
        {{ tieout.money('null') }} as header_sublet,
        {{ tieout.money('null') }} as header_supplies,
        {{ tieout.money('null') }} as header_fees,
        {{ tieout.money('null') }} as header_upcharge,
        {{ tieout.money('null') }} as header_discount,
        {{ tieout.money('null') }} as header_other,
        {{ tieout.money('null') }} as header_tax,
        {{ tieout.money('null') }} as header_total,
        cast(null as varchar) as appointment_id,
        updated_at,
        cast(null as varchar) as updated_by,
        cast(null as boolean) as deleted,
        {{ tieout.landed_columns() }},
        _key as document_key
    from orders
    left join presented on orders._version = presented.job_version
)

select * from canonical
