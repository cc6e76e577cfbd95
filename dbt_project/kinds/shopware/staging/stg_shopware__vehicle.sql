with source as (
    select * from {{ source('shopware', 'vehicle') }}
),

renamed as (
    select
        id as vehicle_id,
        customer_ids,
        vin,
        plate,
        year,
        make,
        model,
        engine,
        color,
        fleet_number,
        created_at,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
