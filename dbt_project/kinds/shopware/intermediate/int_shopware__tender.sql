with payments as (
    select * from {{ ref('stg_shopware__payment') }}
),

orders as (
    select _version, shop_id, customer_id
    from {{ ref('stg_shopware__repair_order') }}
),

canonical as (
    select
        payments.payment_id as tender_id,
        orders.shop_id as site,
        payments.ro_id,
        orders.customer_id,
        -- derived from the dates, later
        cast(null as varchar) as kind,
        payments.payment_type as method,
        payments.payment_type as method_name,
        {{ tieout.cents_to_dollars('payments.amount_cents') }} as amount,
        cast(null as date) as business_date,
        payments.created_at as recorded_at,
        payments.notes as reference,
        cast(null as varchar) as auth_code,
        cast(null as varchar) as processor_txn_id,
        cast(null as varchar) as applied_to_ro_id,
        cast(null as varchar) as taken_by_id,
        cast(null as boolean) as is_void,
        cast(null as varchar) as voids_tender_id,
        payments.updated_at,
        cast(null as boolean) as deleted,
        {{ tieout.landed_columns('payments') }},
        payments._parent_key as document_key
    from payments
    inner join orders on payments._version = orders._version
)

select * from canonical
