with source as (
    select * from {{ source('iif', 'day') }}
),

renamed as (
    select
        site,
        business_date,
        entries,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
