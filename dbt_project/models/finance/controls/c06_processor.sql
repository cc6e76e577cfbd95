{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Card payments of the books against the processor's transactions, as payments.transaction_detail pairs them.
with pairs as (
    select * from {{ ref('transaction_detail') }}
    where match_status is not null
),

-- a payment that the books give back because the bank took it back is no refund there, but a dispute
disputes as (
    select site_key, auth_code, gross, max(processed_business_date) as processed_date
    from {{ ref('fct_processor_txn') }}
    where txn_type = 'dispute' and auth_code is not null and not is_deleted_at_source
    group by site_key, auth_code, gross
),

compared as (
    select
        pairs.site_key,
        coalesce(tenders.business_date, pairs.business_date) as business_date,
        coalesce(pairs.tender_key, pairs.processor_txn_key) as drill_key,
        coalesce(
            'payment ' || tenders.source_entity_id, 'transaction ' || transactions.source_entity_id
        ) as document,
        coalesce(pairs.gross, disputes.gross) as gross,
        tenders.amount,
        coalesce(disputes.processed_date, pairs.business_date) as processed_date,
        tenders.business_date - coalesce(disputes.processed_date, pairs.business_date) as days_apart
    from pairs
    left join {{ ref('fct_tender') }} as tenders on pairs.tender_key = tenders.tender_key
    left join {{ ref('fct_processor_txn') }} as transactions
        on pairs.processor_txn_key = transactions.processor_txn_key
    left join disputes
        on pairs.match_status = 'missing_in_processor'
        and tenders.site_key = disputes.site_key
        and tenders.auth_code = disputes.auth_code
        and tenders.amount = disputes.gross
),

amounts as (
    select
        {{ tieout.compared(
            drill_key='drill_key', document='document', aspect="'amount'", expected='gross', actual='amount',
            said="case"
            ~ " when gross is null then 'A card payment of ' || cast(amount as varchar)"
            ~ " || ' is in the books, and the processor has no transaction for it.'"
            ~ " when amount is null then 'The processor moved ' || cast(gross as varchar)"
            ~ " || ', and no payment in the books stands for it.'"
            ~ " else 'The processor moved ' || cast(gross as varchar) || ', the books say '"
            ~ " || cast(amount as varchar) || '.' end"
        ) }}
    from compared
),

-- the day's sums differ where both sides know a payment and date it otherwise
days as (
    select
        {{ tieout.compared(
            drill_key='drill_key', document='document', aspect="'day'", expected='0', actual='days_apart',
            severity="'W'",
            said="'The books date the payment ' || cast(business_date as varchar) || ', the processor '"
            ~ " || cast(processed_date as varchar) || '.'"
        ) }}
    from compared
    where gross is not null and amount is not null
),

final as (
    select * from amounts
    union all
    select * from days
)

select * from final
