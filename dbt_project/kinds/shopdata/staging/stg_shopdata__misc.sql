with source as (
    select * from {{ source('shopdata', 'misc') }}
),

renamed as (
    select
        shop || '-' || ro_number as ro_id,
        line_number,
        sequence,
        code,
        description,
        pay_type as payer_code,
        sale,
        cost,
        vendor_id,
        taxable as is_taxable,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
