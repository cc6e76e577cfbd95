with source as (
    select * from {{ source('shopdata', 'employees') }}
),

renamed as (
    select
        shop || '-' || employee_id as employee_id,
        shop,
        name,
        lower(role) as role,
        active as is_active,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
