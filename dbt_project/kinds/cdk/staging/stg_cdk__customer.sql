with source as (
    select * from {{ source('cdk', 'customer') }}
),

renamed as (
    select
        cust_no as customer_id,
        dealer_id,
        first_name,
        last_name,
        name_company as company_name,
        address,
        city,
        state,
        zip_or_postal_code as postal_code,
        nullif(concat_ws(';', cellular, home_phone, business_phone), '') as phones,
        email1 as email,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
