with employees as (
    select * from {{ ref('stg_cdk__employee') }}
),

canonical as (
    select
        employee_id,
        dealer_id as site,
        name,
        case when is_advisor then 'advisor' else 'technician' end as role,
        cast(null as varchar) as extension,
        {{ tieout.money('null') }} as hourly_cost,
        cast(null as boolean) as active,
        cast(null as timestamptz) as updated_at,
        {{ tieout.landed_columns() }},
        _key as document_key
    from employees
)

select * from canonical
