with source as (
    select * from {{ source('protractor', 'employee') }}
),

renamed as (
    select
        id as employee_id,
        location_id,
        name,
        role,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
