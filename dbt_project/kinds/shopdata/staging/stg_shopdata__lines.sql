with source as (
    select * from {{ source('shopdata', 'lines') }}
),

renamed as (
    select
        shop || '-' || ro_number as ro_id,
        line_number,
        opcode as op_code,
        description,
        category,
        pay_type as payer_code,
        sold_hours,
        labor_sale,
        labor_discount,
        labor_cost,
        taxable as is_taxable,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
