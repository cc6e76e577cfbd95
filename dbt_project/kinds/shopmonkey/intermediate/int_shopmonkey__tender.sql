with rows_of as (
    select * from {{ ref('stg_shopmonkey__order_row') }}
),

orders as (
    select
        _version,
        location_id,
        customer_id,
        is_deleted_row as is_order_deleted
    from rows_of
    where entity = 'order'
),

payments as (
    select * from rows_of
    where entity = 'payment'
    and not is_deleted_row
),

canonical as (
    select
        payments.row_id as tender_id,
        coalesce(payments.location_id, orders.location_id) as site,
        payments.order_id as ro_id,
        coalesce(payments.payer_id, orders.customer_id) as customer_id,
        -- all but deposits are derived from the dates, later
        case when payments.is_deposit then 'advance' end as kind,
        lower(payments.payment_type) as method,
        coalesce(payments.card_type, payments.payment_type) as method_name,
        {{ tieout.cents_to_dollars(
            "case when payments.transaction_type = 'Refund' then -abs(payments.payment_cents)"
            ~ " else payments.payment_cents end"
        ) }} as amount,
        cast(null as date) as business_date,
        coalesce(payments.recorded_date, payments.created_date) as recorded_at,
        payments.note as reference,
        payments.card_confirmation as auth_code,
        cast(null as varchar) as processor_txn_id,
        cast(null as varchar) as applied_to_ro_id,
        cast(null as varchar) as taken_by_id,
        cast(null as boolean) as is_void,
        cast(null as varchar) as voids_tender_id,
        coalesce(payments.updated_date, payments.changed_at) as updated_at,
        cast(null as boolean) as deleted,
        payments._connection,
        {{ tieout.source_key(['payments._connection', 'payments.row_id']) }} as _key,
        payments._parent_key,
        payments._order,
        payments._version,
        payments._row_hash,
        orders.is_order_deleted as _is_deleted,
        payments._bound,
        payments._pulled_at,
        payments._pull_id,
        payments._parent_key as document_key
    from payments
    inner join orders on payments._version = orders._version
)

select * from canonical
