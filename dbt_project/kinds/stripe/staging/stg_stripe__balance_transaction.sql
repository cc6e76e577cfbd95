with source as (
    select * from {{ source('stripe', 'balance_transaction') }}
),

renamed as (
    select
        id as txn_id,
        site_code,
        amount as amount_cents,
        fee as fee_cents,
        net as net_cents,
        currency,
        type as stripe_type,
        reporting_category,
        status,
        created as created_at,
        available_on as available_at,
        payout as payout_id,
        source as source_id,
        source_object,
        charge as charge_id,
        charge_description,
        payment_method_type,
        card_brand,
        card_last4,
        card_authorization_code,
        description,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
