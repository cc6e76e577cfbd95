with source as (
    select * from {{ source('shopdata', 'parts') }}
),

renamed as (
    select
        shop || '-' || ro_number as ro_id,
        line_number,
        sequence,
        part_number,
        description,
        brand,
        department,
        quantity,
        unit_sale,
        sale,
        discount,
        cost,
        core_charge,
        taxable as is_taxable,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
