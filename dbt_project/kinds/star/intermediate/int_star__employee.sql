-- People as each order names them. Who advises is an advisor, even when he also has labor.
with orders as (
    select * from {{ ref('stg_star__repair_order') }}
),

named as (
    select _version, advisor_id as employee_id, advisor_name as name, 'advisor' as role
    from orders
    union all
    select _version, technician_id, null, 'technician'
    from {{ ref('stg_star__labor') }}
),

people as (
    select _version, employee_id, max(name) as name, min(role) as role
    from named
    where employee_id is not null
    group by _version, employee_id
),

canonical as (
    select
        people.employee_id,
        orders.dealer_number_id as site,
        people.name,
        people.role,
        cast(null as varchar) as extension,
        {{ tieout.money('null') }} as hourly_cost,
        cast(null as boolean) as active,
        orders.created_at as updated_at,
        orders._connection,
        {{ tieout.source_key(['orders._connection', 'people.employee_id']) }} as _key,
        cast(null as uuid) as _parent_key,
        orders._order,
        orders._version,
        orders._row_hash,
        orders._is_deleted,
        orders._bound,
        orders._pulled_at,
        orders._pull_id,
        orders._key as document_key
    from people
    inner join orders on people._version = orders._version
)

select * from canonical
