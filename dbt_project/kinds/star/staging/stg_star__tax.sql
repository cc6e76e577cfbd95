with source as (
    select * from {{ source('star', 'tax') }}
),

renamed as (
    select
        dealer_number_id || '-' || document_id as ro_id,
        tax_ordinal,
        tax_type_code,
        tax_amount,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
