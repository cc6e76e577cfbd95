with source as (
    select * from {{ source('shopdata', 'techs') }}
),

renamed as (
    select
        line_number,
        shop || '-' || tech_id as technician_id,
        flag_hours,
        actual_hours,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
