{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Each void order, and all that was ever paid on it: in the books, and at the card processor.
with voids as (
    select * from {{ ref('ro_void') }}
),

tenders as (
    select * from {{ ref('fct_tender') }}
    where ro_key in (select ro_key from voids)
),

paid as (
    select ro_key, sum(amount) as amount, max(business_date) as last_date
    from tenders
    where not is_void and not is_deleted_at_source
    group by ro_key
),

transactions as (
    select * from {{ ref('fct_processor_txn') }}
    where txn_type in ('payment', 'refund') and not is_deleted_at_source
),

-- by its payments, voided ones too: a void in the books gives no money back
processed as (
    select tenders.ro_key, transactions.processor_txn_key, transactions.gross
    from tenders
    inner join transactions
        on tenders.site_key = transactions.site_key and tenders.processor_txn_id = transactions.source_entity_id
    union
    select tenders.ro_key, transactions.processor_txn_key, transactions.gross
    from tenders
    inner join transactions
        on tenders.site_key = transactions.site_key
        and tenders.auth_code = transactions.auth_code
        and sign(tenders.amount) = sign(transactions.gross)
    where tenders.processor_txn_id is null
    union
    select voids.ro_key, transactions.processor_txn_key, transactions.gross
    from voids
    inner join transactions on voids.site_key = transactions.site_key and voids.ro_number = transactions.reference
),

processor as (
    select ro_key, sum(gross) as amount from processed group by ro_key
),

orders as (
    select
        voids.ro_key,
        voids.site_key,
        voids.ro_number,
        coalesce(greatest(voids.void_business_date, paid.last_date), cast(voids.open_ts as date)) as business_date,
        coalesce(paid.amount, 0) as amount,
        processor.amount as processed_amount
    from voids
    left join paid on voids.ro_key = paid.ro_key
    left join processor on voids.ro_key = processor.ro_key
),

final as (
    select
        {{ tieout.compared(
            drill_key='ro_key', document="'RO ' || ro_number", aspect="'books'", expected='0', actual='amount',
            said="'Order ' || ro_number || ' is void, and ' || cast(amount as varchar)"
            ~ " || ' of payments and charges still stands on it.'"
        ) }}
    from orders
    union all
    select
        {{ tieout.compared(
            drill_key='ro_key', document="'RO ' || ro_number", aspect="'processor'", expected='0',
            actual='processed_amount',
            said="'Order ' || ro_number || ' is void, and the card processor still holds '"
            ~ " || cast(processed_amount as varchar) || ' of it.'"
        ) }}
    from orders
    where processed_amount is not null
)

select * from final
