with rows_of as (
    select * from {{ ref('stg_shopmonkey__customer_row') }}
),

customers as (
    select * from rows_of
    where entity = 'customer'
),

phones as (
    select
        _version,
        {{ tieout.joined('phone_number', ';', 'coalesce(is_primary, false) desc, row_id') }} as phones,
        max(case when is_opted_in then 1 else 0 end) = 1 as is_opted_in
    from rows_of
    where entity = 'phone_number'
    and not is_deleted_row
    group by _version
),

emails as (
    select
        _version,
        {{ tieout.first_of('email', "case when is_primary then '0' else '1' end || row_id") }} as email
    from rows_of
    where entity = 'email'
    and not is_deleted_row
    group by _version
),

canonical as (
    select
        customers.customer_id,
        cast(null as varchar) as site,
        customers.first_name,
        customers.last_name,
        customers.company_name,
        case customers.customer_type when 'Fleet' then 'fleet' else 'retail' end as type,
        phones.phones,
        emails.email,
        customers.postal_code,
        customers.created_date as created_at,
        cast(null as boolean) as is_internal_test,
        cast(null as boolean) as tax_exempt,
        cast(null as varchar) as ar_terms,
        customers.address1 as address_1,
        customers.city,
        customers.state,
        not customers.is_opted_in_to_mail as mail_opt_out,
        cast(null as varchar) as merged_into_id,
        phones.is_opted_in as sms_opt_in,
        coalesce(customers.updated_date, customers.changed_at) as updated_at,
        customers.is_deleted_row as deleted,
        customers._connection,
        customers._parent_key as _key,
        cast(null as uuid) as _parent_key,
        customers._order,
        customers._version,
        customers._version as _row_hash,
        customers.is_deleted_row as _is_deleted,
        customers._bound,
        customers._pulled_at,
        customers._pull_id,
        customers._parent_key as document_key
    from customers
    left join phones on customers._version = phones._version
    left join emails on customers._version = emails._version
)

select * from canonical
