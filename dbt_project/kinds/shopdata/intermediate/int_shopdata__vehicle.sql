with vehicles as (
    select * from {{ ref('stg_shopdata__vehicles') }}
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
        mileage as odometer,
        cast(null as timestamptz) as updated_at,
        _connection,
        {{ tieout.source_key(['_connection', 'vehicle_id']) }} as _key,
        cast(null as uuid) as _parent_key,
        _order,
        _version,
        _row_hash,
        _is_deleted,
        _bound,
        _pulled_at,
        _pull_id,
        _key as document_key
    from vehicles
)

select * from canonical
