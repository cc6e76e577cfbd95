with source as (
    select * from {{ source('square', 'payout') }}
),

renamed as (
    select
        id as payout_id,
        location_id,
        status,
        amount_money_amount as amount_cents,
        arrival_date,
        end_to_end_id,
        created_at,
        updated_at,
        type as payout_type,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
