{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{#- Days after the expected one in which a payout may still arrive; days in which a transaction gets its payout. -#}
{% set late, slow = 3, 7 -%}
with transactions as (
    select * from {{ ref('fct_processor_txn') }}
    where txn_type <> 'payout' and not is_deleted_at_source
),

payouts as (
    select * from {{ ref('fct_payout') }}
    where not is_deleted_at_source
),

-- what is not there by the last pull may come with the next
pulled as (
    select source_connection_key, max(cast(window_to as timestamp with time zone)) as last_ts
    from {{ ref('fct_pull') }}
    group by source_connection_key
),

known as (
    select
        pulled.source_connection_key,
        sites.site_key,
        cast({{ tieout.wall_clock('pulled.last_ts', 'sites.iana_tz') }} as date) as last_date
    from pulled
    cross join {{ ref('dim_site') }} as sites
    where sites.site_key >= 0
),

contents as (
    select payout_key, sum(net) as net, max(processed_business_date) as last_processed_date
    from transactions
    where payout_key is not null
    group by payout_key
),

paid_out as (
    select
        payouts.site_key,
        payouts.payout_key,
        payouts.source_entity_id,
        payouts.amount,
        payouts.deposited_date,
        coalesce(payouts.expected_date, contents.last_processed_date) as due_date,
        contents.net,
        known.last_date
    from payouts
    left join contents on payouts.payout_key = contents.payout_key
    left join known
        on payouts.source_connection_key = known.source_connection_key and payouts.site_key = known.site_key
),

of_transactions as (
    select
        {{ tieout.compared(
            business_date='coalesce(deposited_date, due_date)', drill_key='payout_key',
            document="'payout ' || source_entity_id", aspect="'transactions'", expected='net', actual='amount',
            said="case when net is null then 'No transaction is in this payout of ' || cast(amount as varchar) || '.'"
            ~ " else 'The transactions of the payout come to ' || cast(net as varchar) || ', it pays '"
            ~ " || cast(amount as varchar) || '.' end"
        ) }}
    from paid_out
),

of_bank as (
    select
        {{ tieout.compared(
            business_date='coalesce(deposited_date, due_date)', drill_key='payout_key',
            document="'payout ' || source_entity_id", aspect="'bank'", expected='amount',
            actual='case when deposited_date <= coalesce(due_date, deposited_date) + ' ~ late ~ ' then amount end',
            said="case when deposited_date is null then 'The payout was expected on ' || cast(due_date as varchar)"
            ~ " || ' and has not reached the bank.'"
            ~ " else 'The payout was expected on ' || cast(due_date as varchar) || ' and came on '"
            ~ " || cast(deposited_date as varchar) || '.' end"
        ) }}
    from paid_out
    where deposited_date is not null or due_date + {{ late }} < last_date
),

placed as (
    select transactions.*, payouts.payout_key as known_payout_key, known.last_date
    from transactions
    left join payouts on transactions.payout_key = payouts.payout_key
    left join known
        on transactions.source_connection_key = known.source_connection_key
        and transactions.site_key = known.site_key
),

of_transaction as (
    select
        {{ tieout.compared(
            business_date='processed_business_date', drill_key='processor_txn_key',
            document="'transaction ' || source_entity_id", aspect="'net'", expected='gross - coalesce(fee, 0)',
            actual='net', said="'The transaction''s net is not its gross less its fee.'"
        ) }}
    from placed
    union all
    select
        {{ tieout.compared(
            business_date='processed_business_date', drill_key='processor_txn_key',
            document="'transaction ' || source_entity_id", aspect="'payout'", expected='net',
            actual='case when known_payout_key is not null then net end',
            severity="case when payout_key is null then 'W' else 'B' end",
            said="case when payout_key is null then 'The transaction is in no payout, " ~ slow ~ " days later.'"
            ~ " else 'The transaction is in a payout that nobody knows, " ~ slow ~ " days later.' end"
        ) }}
    from placed
    where net <> 0 and (known_payout_key is not null or processed_business_date + {{ slow }} < last_date)
),

final as (
    select * from of_transactions
    union all
    select * from of_bank
    union all
    select * from of_transaction
)

select * from final
