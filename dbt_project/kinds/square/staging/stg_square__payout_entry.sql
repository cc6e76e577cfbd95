with source as (
    select * from {{ source('square', 'payout_entry') }}
),

renamed as (
    select
        id as entry_id,
        payout_id,
        location_id,
        type as entry_type,
        effective_at,
        gross_amount_money_amount as gross_cents,
        fee_amount_money_amount as fee_cents,
        net_amount_money_amount as net_cents,
        payment_id,
        payment_refund_id,
        dispute_id,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
