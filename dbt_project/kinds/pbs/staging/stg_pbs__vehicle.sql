with source as (
    select * from {{ source('pbs', 'vehicle') }}
),

renamed as (
    select
        vehicle_id,
        owner_ref as customer_id,
        vin,
        year,
        make,
        model,
        engine,
        odometer,
        last_update as updated_at,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
