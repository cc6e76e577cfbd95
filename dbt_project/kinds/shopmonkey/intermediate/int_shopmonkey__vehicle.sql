with rows_of as (
    select * from {{ ref('stg_shopmonkey__vehicle_row') }}
),

vehicles as (
    select * from rows_of
    where entity = 'vehicle'
),

owned as (
    select
        _version,
        customer_id,
        row_number() over (partition by _version order by created_date desc, customer_id asc) as place
    from rows_of
    where entity = 'vehicle_owner'
    and not is_deleted_row
),

-- the owner who came last
owners as (
    select _version, customer_id from owned
    where place = 1
),

canonical as (
    select
        vehicles.vehicle_id,
        owners.customer_id,
        vehicles.vin,
        cast(vehicles.year as integer) as year,
        vehicles.make,
        vehicles.model,
        vehicles.engine,
        vehicles.mileage as odometer,
        coalesce(vehicles.updated_date, vehicles.changed_at) as updated_at,
        vehicles.is_deleted_row as deleted,
        vehicles._connection,
        vehicles._parent_key as _key,
        cast(null as uuid) as _parent_key,
        vehicles._order,
        vehicles._version,
        vehicles._version as _row_hash,
        vehicles.is_deleted_row as _is_deleted,
        vehicles._bound,
        vehicles._pulled_at,
        vehicles._pull_id,
        vehicles._parent_key as document_key
    from vehicles
    left join owners on vehicles._version = owners._version
)

select * from canonical
