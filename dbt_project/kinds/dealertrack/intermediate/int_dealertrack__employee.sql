-- People as each order names them, by number. Who writes service is an advisor, even when he also has labor rows.
with orders as (
    select * from {{ ref('stg_dealertrack__repair_order') }}
),

named as (
    select _version, service_writer_id as employee_id, 'advisor' as role
    from orders
    union all
    select _version, technician_id, 'technician'
    from {{ ref('stg_dealertrack__labor') }}
    where line_type = 'L'
),

people as (
    select _version, employee_id, min(role) as role
    from named
    where employee_id is not null
    group by _version, employee_id
),

employees as (
    select
        people.employee_id,
        orders.company_number as site,
        cast(null as varchar) as name,
        people.role,
        cast(null as varchar) as extension,
        cast(null as decimal(14, 2)) as hourly_cost,
        cast(null as boolean) as active,
        cast(null as timestamptz) as updated_at,
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

select * from employees
