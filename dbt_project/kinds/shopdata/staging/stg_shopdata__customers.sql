with source as (
    select * from {{ source('shopdata', 'customers') }}
),

renamed as (
    select
        shop || '-' || customer_id as customer_id,
        shop,
        first_name,
        last_name,
        company_name,
        phones,
        email,
        address,
        city,
        state,
        postal_code,
        tax_exempt as is_tax_exempt,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
