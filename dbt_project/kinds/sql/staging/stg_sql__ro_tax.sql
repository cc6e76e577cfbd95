with source as (
    select * from {{ source('sql', 'ro_tax') }}
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
