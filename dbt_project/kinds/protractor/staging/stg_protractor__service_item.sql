with source as (
    select * from {{ source('protractor', 'service_item') }}
),

renamed as (
    select
        id as vehicle_id,
        owner_id,
        vin,
        year,
        make,
        model,
        engine,
        usage,
        header_last_modified_time as updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
