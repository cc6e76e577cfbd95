with source as (
    select * from {{ source('cdk', 'misc') }}
),

renamed as (
    select
        ro_number as ro_id,
        ordinal,
        line_code,
        upper(substr(labor_type, 1, 1)) as payer_code,
        op_code_desc as description,
        type,
        sale,
        cost,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
