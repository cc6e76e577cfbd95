-- A customer as each of its orders shows it; the newest order wins, as with versions of any key.
with orders as (
    select * from {{ ref('stg_star__repair_order') }}
    where owner_id is not null
),

canonical as (
    select
        owner_id as customer_id,
        dealer_number_id as site,
        owner_given_name as first_name,
        owner_family_name as last_name,
        owner_company_name as company_name,
        cast(null as varchar) as type,
        owner_complete_number as phones,
        owner_email as email,
        owner_postcode as postal_code,
        cast(null as timestamptz) as created_at,
        cast(null as boolean) as is_internal_test,
        cast(null as boolean) as tax_exempt,
        cast(null as varchar) as ar_terms,
        owner_line_one as address_1,
        owner_city_name as city,
        owner_state as state,
        cast(null as boolean) as mail_opt_out,
        cast(null as varchar) as merged_into_id,
        cast(null as boolean) as sms_opt_in,
        created_at as updated_at,
        _connection,
        {{ tieout.source_key(['_connection', 'owner_id']) }} as _key,
        cast(null as uuid) as _parent_key,
        _order,
        _version,
        _row_hash,
        _is_deleted,
        _bound,
        _pulled_at,
        _pull_id,
        _key as document_key
    from orders
)

select * from canonical
