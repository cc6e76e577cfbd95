with source as (
    select * from {{ source('cdk', 'discount') }}
),

renamed as (
    select
        ro_number as ro_id,
        ordinal,
        line_code,
        upper(substr(class_or_type, 1, 1)) as payer_code,
        "desc" as description,
        total_discount,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
