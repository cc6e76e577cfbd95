with source as (
    select * from {{ source('sql', 'customer') }}
),

renamed as (
    select
        customer_id,
        site,
        first_name,
        last_name,
        company_name,
        type,
        phones,
        email,
        postal_code,
        created_at,
        is_internal_test,
        tax_exempt,
        ar_terms,
        address_1,
        city,
        state,
        mail_opt_out,
        merged_into_id,
        sms_opt_in,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
