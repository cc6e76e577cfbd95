with source as (
    select * from {{ source('pbs', 'employee') }}
),

renamed as (
    select
        employee_id,
        serial_number,
        nullif(concat_ws(' ', first_name, last_name), '') as name,
        coalesce(is_advisor, false) as is_advisor,
        coalesce(is_technician, false) as is_technician,
        not coalesce(is_inactive, false) as is_active,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
