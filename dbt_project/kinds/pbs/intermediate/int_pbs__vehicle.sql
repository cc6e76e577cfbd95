with vehicles as (
    select * from {{ ref('stg_pbs__vehicle') }}
),

canonical as (
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
        {{ tieout.landed_columns() }},
        _key as document_key
    from vehicles
)

select * from canonical
