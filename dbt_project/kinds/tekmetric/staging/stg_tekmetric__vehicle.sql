with source as (
    select * from {{ source('tekmetric', 'vehicle') }}
),

renamed as (
    select
        id as vehicle_id,
        customer_id,
        vin,
        year,
        make,
        model,
        engine,
        updated_date as updated_at,
        deleted,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
