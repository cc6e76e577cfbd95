with vehicles as (
    select * from {{ ref('stg_protractor__service_item') }}
),

canonical as (
    select
        vehicle_id,
        owner_id as customer_id,
        vin,
        cast(year as integer) as year,
        make,
        model,
        engine,
        cast(usage as bigint) as odometer,
        coalesce(updated_at, _bound) as updated_at,
        cast(null as boolean) as deleted,
        {{ tieout.landed_columns() }},
        _key as document_key
    from vehicles
)

select * from canonical
