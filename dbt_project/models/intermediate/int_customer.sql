{{ config(materialized='view') }}

with rows_of as (
    {{ tieout.union_feeds('customer', [
        'customer_id', 'site', 'first_name', 'last_name', 'company_name', 'type', 'phones', 'email', 'postal_code',
        'created_at', 'is_internal_test', 'tax_exempt', 'ar_terms', 'address_1', 'city', 'state', 'mail_opt_out',
        'sms_opt_in', 'merged_into_id', 'updated_at'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='customer') }}
),

keyed as (
    select
        {{ tieout.dim_key(['_connection', 'customer_id']) }} as customer_key,
        {{ tieout.dim_key(['_connection']) }} as source_connection_key,
        customer_id as source_entity_id,
        _order as source_order,
        site as source_site_id,
        first_name,
        last_name,
        company_name,
        type as customer_type,
        phones,
        email,
        postal_code,
        created_at as created_ts,
        coalesce(is_internal_test, false) as is_internal_test,
        coalesce(tax_exempt, false) as is_tax_exempt,
        ar_terms,
        address_1,
        city,
        state,
        coalesce(mail_opt_out, false) as mail_opt_out,
        coalesce(sms_opt_in, false) as sms_opt_in,
        case when merged_into_id is not null then {{ tieout.dim_key(['_connection', 'merged_into_id']) }} end
            as merged_into_key,
        _is_deleted as is_deleted_at_source
    from newest
)

select * from keyed
