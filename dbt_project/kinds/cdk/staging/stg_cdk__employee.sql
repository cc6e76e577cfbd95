with source as (
    select * from {{ source('cdk', 'employee') }}
),

renamed as (
    select
        id as employee_id,
        dealer_id,
        name,
        coalesce(sa_flag, '') = 'Y' as is_advisor,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
