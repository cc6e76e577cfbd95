with vehicles as (
    select * from {{ ref('stg_shopware__vehicle') }}
),

canonical as (
    select
        vehicle_id,
        -- the first of its owners
        nullif(split_part(customer_ids, ';', 1), '') as customer_id,
        nullif(vin, '') as vin,
        -- Shop-Ware keeps the year as text, as it was typed
        case when regexp_replace(year, '^[0-9]{4}$', '') = '' then cast(nullif(year, '') as integer) end as year,
        nullif(make, '') as make,
        nullif(model, '') as model,
        nullif(engine, '') as engine,
        cast(null as bigint) as odometer,
        updated_at,
        cast(null as boolean) as deleted,
        {{ tieout.landed_columns() }},
        _key as document_key
    from vehicles
)

select * from canonical
