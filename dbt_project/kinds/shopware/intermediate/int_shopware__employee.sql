with staff as (
    select * from {{ ref('stg_shopware__staff') }}
),

canonical as (
    select
        staff_id as employee_id,
        assigned_shop_id as site,
        trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')) as name,
        case when is_advisor then 'advisor' when is_technician then 'technician' else 'other' end as role,
        cast(null as varchar) as extension,
        {{ tieout.money('null') }} as hourly_cost,
        is_active as active,
        updated_at,
        cast(null as boolean) as deleted,
        {{ tieout.landed_columns() }},
        _key as document_key
    from staff
)

select * from canonical
