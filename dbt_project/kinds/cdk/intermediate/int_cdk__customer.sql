with customers as (
    select * from {{ ref('stg_cdk__customer') }}
),

canonical as (
    select
        customer_id,
        dealer_id as site,
        first_name,
        last_name,
        company_name,
        cast(null as varchar) as type,
        phones,
        email,
        postal_code,
        cast(null as timestamptz) as created_at,
        cast(null as boolean) as is_internal_test,
        cast(null as boolean) as tax_exempt,
        cast(null as varchar) as ar_terms,
        address as address_1,
        city,
        state,
        cast(null as boolean) as mail_opt_out,
        cast(null as varchar) as merged_into_id,
        cast(null as boolean) as sms_opt_in,
        cast(null as timestamptz) as updated_at,
        {{ tieout.landed_columns() }},
        _key as document_key
    from customers
)

select * from canonical
