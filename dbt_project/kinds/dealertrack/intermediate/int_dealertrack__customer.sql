-- A customer as each of its orders shows it; the newest order wins, as with versions of any key.
with orders as (
    select * from {{ ref('stg_dealertrack__repair_order') }}
    where customer_key is not null
),

customers as (
    select
        customer_key as customer_id,
        company_number as site,
        case when customer_name like '%,%' then trim(substr(customer_name, strpos(customer_name, ',') + 1)) end
            as first_name,
        case when customer_name like '%,%' then trim(substr(customer_name, 1, strpos(customer_name, ',') - 1)) end
            as last_name,
        case when customer_name not like '%,%' then customer_name end as company_name,
        cast(null as varchar) as type,
        cast(null as varchar) as phones,
        cast(null as varchar) as email,
        -- nine digits without a dash; as a number it has lost its leading zeros
        case
            when length(customer_zip_code) > 5 then substr(lpad(customer_zip_code, 9, '0'), 1, 5)
            else lpad(customer_zip_code, 5, '0')
        end as postal_code,
        cast(null as timestamptz) as created_at,
        cast(null as boolean) as is_internal_test,
        cast(null as boolean) as tax_exempt,
        cast(null as varchar) as ar_terms,
        customer_address_1 as address_1,
        customer_city as city,
        customer_state as state,
        cast(null as boolean) as mail_opt_out,
        cast(null as varchar) as merged_into_id,
        cast(null as boolean) as sms_opt_in,
        cast(null as timestamptz) as updated_at,
        _connection,
        {{ tieout.source_key(['_connection', 'customer_key']) }} as _key,
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

select * from customers
