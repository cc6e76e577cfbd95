-- A car as each of its orders shows it; the newest order wins, as with versions of any key.
with orders as (
    select * from {{ ref('stg_cdk__repair_order') }}
    where vin is not null
),

canonical as (
    select
        vin as vehicle_id,
        customer_id,
        vin,
        year,
        make,
        model,
        cast(null as varchar) as engine,
        coalesce(mileage_out, mileage) as odometer,
        cast(null as timestamptz) as updated_at,
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
