with contacts as (
    select * from {{ ref('stg_pbs__contact') }}
),

canonical as (
    select
        customer_id,
        serial_number as site,
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
        merged_into_id,
        case text_preference when 'true' then true when 'false' then false end as sms_opt_in,
        updated_at,
        {{ tieout.landed_columns() }},
        _key as document_key
    from contacts
)

select * from canonical
