{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with cards as (
    select distinct
        numbers.golden_customer_key,
        numbers.site_key,
        coalesce(numbers.phone, numbers.phone_raw) as written,
        numbers.phone,
        numbers.phone_raw,
        numbers.is_primary,
        numbers.sms_opt_in,
        customers.source_entity_id
    from {{ ref('bridge_customer_phone') }} as numbers
    inner join {{ ref('dim_customer') }} as customers on numbers.customer_key = customers.customer_key
    where not customers.is_deleted_at_source
),

sources as (
    select golden_customer_key, site_key, written, {{ tieout.joined('source_entity_id', '; ', 'source_entity_id') }}
        as customer_source_ids
    from (select distinct golden_customer_key, site_key, written, source_entity_id from cards) as ids
    group by golden_customer_key, site_key, written
),

numbers as (
    select
        golden_customer_key,
        site_key,
        written,
        min(phone) as phone,
        min(phone_raw) as phone_raw,
        max(case when is_primary then 1 else 0 end) as is_primary,
        max(case when sms_opt_in then 1 when not sms_opt_in then 0 end) as sms_opt_in
    from cards
    group by golden_customer_key, site_key, written
),

visits as (
    select
        customers.golden_customer_key,
        orders.site_key,
        count(*) as ro_count,
        max(orders.close_business_date) as last_visit_d
    from {{ ref('fct_repair_order') }} as orders
    inner join {{ ref('bridge_customer_source') }} as customers on orders.customer_key = customers.customer_key
    where orders.is_sale and not orders.is_deleted_at_source
    group by customers.golden_customer_key, orders.site_key
),

calls as (
    select
        site_key,
        case when direction = 'in' then from_e164 else to_did end as phone,
        max(start_ts) as last_call_ts
    from {{ ref('counted_call') }}
    where direction in ('in', 'out')
    group by site_key, case when direction = 'in' then from_e164 else to_did end
),

holders as (
    select phone, count(*) as customers
    from {{ ref('caller_customer') }}
    group by phone
),

final as (
    select
        numbers.site_key,
        numbers.golden_customer_key as customer_key,
        coalesce(
            customers.first_name || ' ' || customers.last_name, customers.last_name, customers.first_name,
            customers.company_name
        ) as customer,
        sources.customer_source_ids,
        numbers.phone,
        numbers.phone_raw,
        cast(null as varchar) as phone_type,
        numbers.is_primary = 1 as is_primary,
        {{ tieout.count_of('coalesce(visits.ro_count, 0)') }} as ro_count,
        visits.last_visit_d,
        calls.last_call_ts,
        numbers.sms_opt_in = 1 as sms_opt_in,
        {{ tieout.count_of('coalesce(holders.customers, 0)') }} as duplicate_phone_customers,
        numbers.phone is null or ignored.phone is not null as invalid_phone
    from numbers
    inner join sources
        on numbers.golden_customer_key = sources.golden_customer_key
        and numbers.site_key = sources.site_key
        and numbers.written = sources.written
    left join {{ ref('dim_customer') }} as customers on numbers.golden_customer_key = customers.customer_key
    left join visits
        on numbers.golden_customer_key = visits.golden_customer_key and numbers.site_key = visits.site_key
    left join calls on numbers.site_key = calls.site_key and numbers.phone = calls.phone
    left join holders on numbers.phone = holders.phone
    left join {{ ref('cfg_phone_ignore') }} as ignored on numbers.phone = ignored.phone
)

select * from final
