with orders as (
    select * from {{ ref('stg_protractor__order') }}
),

-- what was presented, put off or not
quotes as (
    select _version, sum(net_amount) as amount
    from {{ ref('int_protractor__sold_line') }}
    where line_type in ('part', 'labor', 'sublet')
    group by _version
),

canonical as (
    select
        orders.ro_id,
        orders.location_id as site,
        coalesce(orders.invoice_number, orders.work_order_number) as ro_number,
        case
            when orders.document = 'invoice' then 'closed'
            when orders.is_completed then 'finished'
            when lower(orders.type) like '%estimate%' then 'estimate'
            when lower(orders.workflow_stage) like 'scheduled%' then 'scheduled'
            else 'open'
        end as status,
        orders.created_at as opened_at,
        cast(null as date) as closed_date,
        case when orders.document = 'invoice' then orders.invoiced_at end as closed_at,
        cast(null as date) as voided_date,
        orders.contact_id as customer_id,
        orders.service_item_id as vehicle_id,
        orders.service_advisor_id as advisor_id,
        cast(null as varchar) as open_advisor_id,
        cast(null as varchar) as pay_types,
        cast(null as varchar) as dvi_status,
        cast(orders.in_usage as bigint) as odometer_in,
        cast(null as varchar) as profit_center,
        cast(null as boolean) as tax_exempt,
        cast(null as varchar) as void_reason,
        cast(null as varchar) as refund_of_ro_id,
        {{ tieout.money('coalesce(quotes.amount, 0)') }} as quote_amount,
        orders.parts_total as header_parts,
        orders.labor_total as header_labor,
        orders.sublet_total as header_sublet,
        -- supplies are what makes the lines come to the net total
        {{ tieout.money('null') }} as header_supplies,
        {{ tieout.money('null') }} as header_fees,
        {{ tieout.money('null') }} as header_upcharge,
        {{ tieout.money('null') }} as header_discount,
        {{ tieout.money('null') }} as header_other,
        {{ tieout.money('orders.grand_total - orders.net_total') }} as header_tax,
        orders.grand_total as header_total,
        cast(null as varchar) as appointment_id,
        orders.updated_at,
        cast(null as varchar) as updated_by,
        cast(null as boolean) as deleted,
        {{ tieout.landed_columns('orders') }},
        orders._key as document_key
    from orders
    left join quotes on orders._version = quotes._version
)

select * from canonical
