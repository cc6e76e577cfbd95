with customers as (
    select *, customer_type_id = '2' as is_business
    from {{ ref('stg_tekmetric__customer') }}
),

canonical as (
    select
        customer_id,
        shop_id as site,
        case when not is_business then first_name end as first_name,
        case when not is_business then last_name end as last_name,
        case when is_business then coalesce(first_name, last_name) end as company_name,
        case when is_business then 'fleet' else 'retail' end as type,
        phone_numbers as phones,
        email,
        address_zip as postal_code,
        created_at,
        cast(null as boolean) as is_internal_test,
        cast(null as boolean) as tax_exempt,
        case when eligible_for_accounts_receivable then 'on account' end as ar_terms,
        address_address1 as address_1,
        address_city as city,
        address_state as state,
        not ok_for_marketing as mail_opt_out,
        cast(null as varchar) as merged_into_id,
        cast(null as boolean) as sms_opt_in,
        updated_at,
        deleted,
        {{ tieout.landed_columns() }},
        _key as document_key
    from customers
)

select * from canonical
