with customers as (
    select * from {{ ref('stg_shopware__customer') }}
),

canonical as (
    select
        customer_id,
        origin_shop_id as site,
        case when customer_type = 'corporate' then null else nullif(first_name, '') end as first_name,
        case when customer_type = 'corporate' then null else nullif(last_name, '') end as last_name,
        case when customer_type = 'corporate' then coalesce(nullif(business_name, ''), nullif(last_name, '')) end
            as company_name,
        case when customer_type = 'corporate' then 'fleet' else 'retail' end as type,
        coalesce(nullif(phone_numbers, ''), nullif(phone, '')) as phones,
        nullif(email, '') as email,
        nullif(zip, '') as postal_code,
        created_at,
        cast(null as boolean) as is_internal_test,
        cast(null as boolean) as tax_exempt,
        cast(null as varchar) as ar_terms,
        nullif(address, '') as address_1,
        nullif(city, '') as city,
        nullif(state, '') as state,
        not marketing_ok as mail_opt_out,
        cast(null as varchar) as merged_into_id,
        cast(null as boolean) as sms_opt_in,
        updated_at,
        cast(null as boolean) as deleted,
        {{ tieout.landed_columns() }},
        _key as document_key
    from customers
)

select * from canonical
