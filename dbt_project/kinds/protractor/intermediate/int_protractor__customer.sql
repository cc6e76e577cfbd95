with contacts as (
    select *, nullif(trim(company), '') as company_text
    from {{ ref('stg_protractor__contact') }}
),

canonical as (
    select
        customer_id,
        location_id as site,
        case when company_text is null then first_name end as first_name,
        case when company_text is null then coalesce(last_name, file_as) end as last_name,
        company_text as company_name,
        case when company_text is null then 'retail' else 'fleet' end as type,
        phone_numbers as phones,
        email,
        address_postal_code as postal_code,
        created_at,
        cast(null as boolean) as is_internal_test,
        cast(null as boolean) as tax_exempt,
        cast(null as varchar) as ar_terms,
        address_street as address_1,
        address_city as city,
        address_province as state,
        cast(null as boolean) as mail_opt_out,
        cast(null as varchar) as merged_into_id,
        cast(null as boolean) as sms_opt_in,
        coalesce(updated_at, _bound) as updated_at,
        cast(null as boolean) as deleted,
        {{ tieout.landed_columns() }},
        _key as document_key
    from contacts
)

select * from canonical
