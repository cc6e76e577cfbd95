with source as (
    select * from {{ source('shopware', 'inspection') }}
),

renamed as (
    select
        repair_order_id as ro_id,
        service_id,
        id as inspection_item_id,
        name,
        state,
        created_at,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
