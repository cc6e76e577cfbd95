with employees as (
    select * from {{ ref('stg_protractor__employee') }}
),

canonical as (
    select
        employee_id,
        location_id as site,
        name,
        role,
        cast(null as varchar) as extension,
        {{ tieout.money('null') }} as hourly_cost,
        cast(null as boolean) as active,
        _bound as updated_at,
        cast(null as boolean) as deleted,
        {{ tieout.landed_columns() }},
        _key as document_key
    from employees
)

select * from canonical
