-- A car as each of its orders shows it; the newest order wins, as with versions of any key.
with orders as (
    select * from {{ ref('stg_star__repair_order') }}
    where vin is not null
),

canonical as (
    select
        vin as vehicle_id,
        owner_id as customer_id,
        vin,
        model_year as year,
        make,
        model,
        cast(null as varchar) as engine,
        cast(coalesce(odometer_out, odometer_in) as bigint) as odometer,
        created_at as updated_at,
        _connection,
        {{ tieout.source_key(['_connection', 'vin']) }} as _key,
        cast(null as uuid) as _parent_key,
        _order,
        _version,
        _row_hash,
        _is_deleted,
        _bound,
        _pulled_at,
        _pull_id,
        _key as document_key
    from orders
)

select * from canonical
