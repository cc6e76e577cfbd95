with employees as (
    select *, lower(role_name) as role_text
    from {{ ref('stg_tekmetric__employee') }}
),

canonical as (
    select
        employee_id,
        shop_id as site,
        trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')) as name,
        case
            when role_text like '%technician%' then 'technician'
            when role_text like '%advisor%' or role_text like '%writer%' then 'advisor'
            when role_text like '%admin%' or role_text like '%owner%' or role_text like '%manager%' then 'manager'
            else 'other'
        end as role,
        cast(null as varchar) as extension,
        {{ tieout.money('null') }} as hourly_cost,
        cast(null as boolean) as active,
        updated_at,
        cast(null as boolean) as deleted,
        {{ tieout.landed_columns() }},
        _key as document_key
    from employees
)

select * from canonical
