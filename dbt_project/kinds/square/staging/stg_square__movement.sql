with source as (
    select * from {{ source('square', 'movement') }}
),

renamed as (
    select
        resource,
        id as movement_id,
        location_id,
        created_at,
        updated_at,
        status,
        state,
        source_type,
        amount_money_amount as amount_cents,
        total_money_amount as total_cents,
        payment_id,
        reference_id,
        note,
        card_details_brand as card_brand,
        card_details_last_4 as last4,
        card_details_auth_result_code as auth_code,
        square_product,
        payout_id,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
