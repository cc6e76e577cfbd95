with source as (
    select * from {{ source('files', 'control_total') }}
),

renamed as (
    select
        site,
        business_date,
        name,
        value,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
