with employees as (
    select * from {{ ref('stg_pbs__employee') }}
),

canonical as (
    select
        employee_id,
        serial_number as site,
        name,
        case when is_advisor then 'advisor' when is_technician then 'technician' else 'other' end as role,
        cast(null as varchar) as extension,
        {{ tieout.money('null') }} as hourly_cost,
        is_active as active,
        cast(null as timestamptz) as updated_at,
        {{ tieout.landed_columns() }},
        _key as document_key
    from employees
)

select * from canonical
