{{ config(materialized='view') }}

-- a source's own site codes that have only ever meant one site
with sites as (
    select source_connection_key, source_site_id, min(site_key) as site_key
    from {{ ref('bridge_site_source') }}
    group by source_connection_key, source_site_id
    having count(distinct site_key) = 1
),

customers as (
    select
        customers_of.customer_key, customers_of.phones, customers_of.sms_opt_in, customers_of.created_ts,
        coalesce(sites.site_key, -1) as site_key
    from {{ ref('dim_customer') }} as customers_of
    left join sites
        on customers_of.source_connection_key = sites.source_connection_key
        and customers_of.source_site_id = sites.source_site_id
    where customers_of.phones is not null
),

written as (
    select distinct
        customer_key, phones, sms_opt_in, site_key, created_ts, {{ tieout.unnest_list('phones') }} as phone_raw
    from customers
),

numbers as (
    select
        written.customer_key,
        coalesce(members.golden_key, written.customer_key) as golden_customer_key,
        {{ tieout.phone_e164('written.phone_raw') }} as phone,
        written.phone_raw,
        written.phones like written.phone_raw || '%' as is_primary,
        written.sms_opt_in,
        written.site_key,
        written.created_ts as first_seen_ts
    from written
    left join {{ ref('identity_member') }} as members
        on written.customer_key = members.member_key and members.subject = 'customer'
)

select * from numbers
