with orders as (
    select * from {{ ref('stg_tekmetric__repair_order') }}
),

told as (
    select * from {{ ref('stg_tekmetric__payment') }}
    where status = 'SUCCEEDED' and amount_cents is not null
),

sums as (
    select _version, sum(amount_cents) as cents
    from told
    group by _version
),

every_payment as (
    select
        told.payment_id as tender_id,
        coalesce(told.payment_type, 'amountPaid') as method,
        told.payment_type as method_name,
        told.amount_cents as cents,
        coalesce(told.paid_at, orders.posted_at, orders.updated_at) as recorded_at,
        orders._version
    from told
    inner join orders on told._version = orders._version
    union all
    -- nothing says when and how: it is dated by the posting, or as long as there is none by the last change
    select
        'paid-' || orders.ro_id,
        'amountPaid',
        'Not itemized',
        coalesce(orders.paid_cents, 0) - coalesce(sums.cents, 0),
        coalesce(orders.posted_at, orders.updated_at),
        orders._version
    from orders
    left join sums on orders._version = sums._version
    where coalesce(orders.paid_cents, 0) <> coalesce(sums.cents, 0)
),

canonical as (
    select
        every_payment.tender_id,
        orders.shop_id as site,
        orders.ro_id,
        orders.customer_id,
        -- derived from the dates, later
        cast(null as varchar) as kind,
        every_payment.method,
        every_payment.method_name,
        {{ tieout.cents_to_dollars('every_payment.cents') }} as amount,
        cast(null as date) as business_date,
        every_payment.recorded_at,
        cast(null as varchar) as reference,
        cast(null as varchar) as auth_code,
        cast(null as varchar) as processor_txn_id,
        cast(null as varchar) as applied_to_ro_id,
        cast(null as varchar) as taken_by_id,
        cast(null as boolean) as is_void,
        cast(null as varchar) as voids_tender_id,
        orders.updated_at,
        cast(null as boolean) as deleted,
        orders._connection,
        {{ tieout.source_key(['orders._connection', 'every_payment.tender_id']) }} as _key,
        orders._key as _parent_key,
        orders._order,
        orders._version,
        orders._row_hash,
        orders._is_deleted,
        orders._bound,
        orders._pulled_at,
        orders._pull_id,
        orders._key as document_key
    from every_payment
    inner join orders on every_payment._version = orders._version
)

select * from canonical
