with rows_of as (
    select * from {{ ref('stg_stripe__balance_transaction') }}
),

typed as (
    select
        rows_of.*,
        categories.canonical as txn_type
    from rows_of
    {{ tieout.mapped('balance_transaction', 'reporting_category', 'categories') }}
),

canonical as (
    select
        txn_id,
        site_code as site,
        txn_type as type,
        case
            when payment_method_type is null then null
            when payment_method_type like '%_present' then 'terminal'
            else 'online'
        end as origin,
        -- a fee of its own is all fee
        {{ tieout.cents_to_dollars("case when txn_type = 'fee' then 0 else amount_cents end") }} as gross,
        {{ tieout.cents_to_dollars("case when txn_type = 'fee' then fee_cents - amount_cents else fee_cents end") }}
            as fee,
        {{ tieout.cents_to_dollars('net_cents') }} as net,
        created_at as processed_at,
        payout_id,
        card_brand,
        card_last4 as last4,
        card_authorization_code as auth_code,
        charge_description as reference,
        {{ tieout.landed_columns() }},
        _key as document_key
    from typed
)

select * from canonical
