with vehicles as (
    select * from {{ ref('stg_tekmetric__vehicle') }}
),

canonical as (
    select
        vehicle_id,
        customer_id,
        vin,
        cast(year as integer) as year,
        make,
        model,
        engine,
        cast(null as bigint) as odometer,
        updated_at,
        deleted,
        {{ tieout.landed_columns() }},
        _key as document_key
    from vehicles
)

select * from canonical
