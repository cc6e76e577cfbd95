with source as (
    select * from {{ source('shopdata', 'vehicles') }}
),

renamed as (
    select
        shop || '-' || vehicle_id as vehicle_id,
        case when customer_id is not null then shop || '-' || customer_id end as customer_id,
        vin,
        year,
        make,
        model,
        engine,
        mileage,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
