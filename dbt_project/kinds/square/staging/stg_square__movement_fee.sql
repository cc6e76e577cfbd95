with source as (
    select * from {{ source('square', 'movement_fee') }}
),

renamed as (
    select
        resource,
        movement_id,
        nth,
        type as fee_type,
        effective_at,
        amount_money_amount as fee_cents,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
