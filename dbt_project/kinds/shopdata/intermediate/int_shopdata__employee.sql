with employees as (
    select * from {{ ref('stg_shopdata__employees') }}
),

canonical as (
    select
        employee_id,
        shop as site,
        name,
        case
            when role like 'adv%' or role like '%writer%' then 'advisor'
            when role like 'tech%' then 'technician'
            when role like 'manag%' then 'manager'
            else 'other'
        end as role,
        cast(null as varchar) as extension,
        {{ tieout.money('null') }} as hourly_cost,
        is_active as active,
        cast(null as timestamptz) as updated_at,
        _connection,
        {{ tieout.source_key(['_connection', 'employee_id']) }} as _key,
        cast(null as uuid) as _parent_key,
        _order,
        _version,
        _row_hash,
        _is_deleted,
        _bound,
        _pulled_at,
        _pull_id,
        _key as document_key
    from employees
)

select * from canonical
