with source as (
    select * from {{ source('shopware', 'payment') }}
),

renamed as (
    select
        repair_order_id as ro_id,
        id as payment_id,
        payment_type,
        payment_type_details_type,
        payment_type_details_name,
        amount_cents,
        notes,
        created_at,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
