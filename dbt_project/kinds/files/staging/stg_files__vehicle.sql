with source as (
    select * from {{ source('files', 'vehicle') }}
),

renamed as (
    select
        vehicle_id,
        customer_id,
        vin,
        year,
        make,
        model,
        engine,
        odometer,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
