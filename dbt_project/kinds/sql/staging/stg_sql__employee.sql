with source as (
    select * from {{ source('sql', 'employee') }}
),

renamed as (
    select
        employee_id,
        site,
        name,
        role,
        extension,
        hourly_cost,
        active,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
