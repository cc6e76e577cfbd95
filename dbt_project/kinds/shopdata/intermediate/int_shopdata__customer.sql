with customers as (
    select * from {{ ref('stg_shopdata__customers') }}
),

canonical as (
    select
        customer_id,
        shop as site,
        first_name,
        last_name,
        company_name,
        cast(null as varchar) as type,
        phones,
        email,
        postal_code,
        cast(null as timestamptz) as created_at,
        cast(null as boolean) as is_internal_test,
        is_tax_exempt as tax_exempt,
        cast(null as varchar) as ar_terms,
        address as address_1,
        city,
        state,
        cast(null as boolean) as mail_opt_out,
        cast(null as varchar) as merged_into_id,
        cast(null as boolean) as sms_opt_in,
        cast(null as timestamptz) as updated_at,
        _connection,
        {{ tieout.source_key(['_connection', 'customer_id']) }} as _key,
        cast(null as uuid) as _parent_key,
        _order,
        _version,
        _row_hash,
        _is_deleted,
        _bound,
        _pulled_at,
        _pull_id,
        _key as document_key
    from customers
)

select * from canonical
