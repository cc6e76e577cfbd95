with source as (
    select * from {{ source('files', 'ro_tax') }}
),

renamed as (
    select
        ro_id,
        jurisdiction,
        taxable_base,
        rate,
        tax_amount,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
