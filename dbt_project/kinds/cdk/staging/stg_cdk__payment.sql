with source as (
    select * from {{ source('cdk', 'payment') }}
),

renamed as (
    select
        ro_number as ro_id,
        ordinal,
        code,
        payment_amount,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
