with source as (
    select * from {{ source('tekmetric', 'employee') }}
),

renamed as (
    select
        id as employee_id,
        shop_id,
        first_name,
        last_name,
        employee_role_name as role_name,
        updated_date as updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
