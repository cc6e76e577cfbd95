-- A payment has neither day nor number: the day of the close stands for it, and an open order's are not told yet.
with payments as (
    select * from {{ ref('stg_cdk__payment') }}
),

orders as (
    select * from {{ ref('stg_cdk__repair_order') }}
    where closed_date is not null
),

canonical as (
    select
        payments.ro_id || '-' || cast(payments.ordinal as varchar) as tender_id,
        orders.dealer_id as site,
        payments.ro_id,
        orders.customer_id,
        -- told apart later, by method and dates
        cast(null as varchar) as kind,
        payments.code as method,
        payments.code as method_name,
        payments.payment_amount as amount,
        orders.closed_date as business_date,
        cast(null as timestamptz) as recorded_at,
        cast(null as varchar) as reference,
        cast(null as varchar) as auth_code,
        cast(null as varchar) as processor_txn_id,
        cast(null as varchar) as applied_to_ro_id,
        cast(null as varchar) as taken_by_id,
        cast(null as boolean) as is_void,
        cast(null as varchar) as voids_tender_id,
        cast(null as timestamptz) as updated_at,
        {{ tieout.landed_columns('payments') }},
        payments._parent_key as document_key
    from payments
    inner join orders on payments._version = orders._version
)

select * from canonical
