with source as (
    select * from {{ source('cdk', 'hours') }}
),

renamed as (
    select
        line_code,
        lop_seq_no,
        tech_no,
        percentage,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
