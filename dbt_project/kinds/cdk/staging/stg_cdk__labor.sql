with source as (
    select * from {{ source('cdk', 'labor') }}
),

renamed as (
    select
        ro_number as ro_id,
        ordinal,
        line_code,
        sequence_no,
        upper(substr(labor_type, 1, 1)) as payer_code,
        op_code,
        op_code_desc as description,
        sale,
        cost,
        sold_hours,
        actual_hours,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
