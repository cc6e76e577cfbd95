with source as (
    select * from {{ source('shopmonkey', 'vehicle_row') }}
),

renamed as (
    select
        entity,
        id as row_id,
        vehicle_id,
        changed_at,
        deleted as is_deleted_row,
        customer_id,
        vin,
        year,
        make,
        model,
        engine,
        mileage,
        mileage_unit,
        created_date,
        updated_date,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
