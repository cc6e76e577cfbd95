with source as (
    select * from {{ source('shopware', 'staff') }}
),

renamed as (
    select
        id as staff_id,
        first_name,
        last_name,
        advisor as is_advisor,
        technician as is_technician,
        active as is_active,
        assigned_shop_id,
        employee_id,
        created_at,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
