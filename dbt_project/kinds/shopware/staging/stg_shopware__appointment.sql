with source as (
    select * from {{ source('shopware', 'appointment') }}
),

renamed as (
    select
        id as appointment_id,
        shop_id,
        staff_id,
        repair_order_id as ro_id,
        title,
        description,
        start_at,
        end_at,
        created_at,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
