{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with inbound as (
    select
        calls.*,
        numbers.campaign_id,
        row_number() over (
            partition by calls.from_e164 order by calls.start_ts asc, calls.call_id asc, calls.call_key asc
        ) as company_place,
        row_number() over (
            partition by calls.site_key, calls.from_e164
            order by calls.start_ts asc, calls.call_id asc, calls.call_key asc
        ) as site_place,
        min(calls.start_business_date) over (partition by calls.site_key) as onboarded_on
    from {{ ref('counted_call') }} as calls
    {{ tieout.called_numbers() }}
    where calls.direction = 'in'
),

carded as (
    select distinct calls.call_key
    from inbound as calls
    inner join {{ ref('caller_customer') }} as customers
        on calls.from_e164 = customers.phone and calls.start_ts >= customers.first_seen_ts
),

calls as (
    select
        inbound.*,
        inbound.from_e164 is not null
        and case when options.first_call_scope = 'site' then inbound.site_place else inbound.company_place end = 1
        and carded.call_key is null and known.call_key is null and ignored.phone is null as is_first_time,
        inbound.start_business_date < inbound.onboarded_on + options.history_guard_days as is_uncertain,
        inbound.start_ts + options.conversion_window_days * interval '24 hours' as window_end_ts,
        known.golden_customer_key as known_customer_key,
        known.last_visit_d,
        known.has_open_ro
    from inbound
    inner join {{ tieout.site_options({
        'first_call_scope': 'varchar', 'conversion_window_days': 'integer', 'history_guard_days': 'integer'
    }) }} as options on inbound.site_key = options.site_key
    left join carded on inbound.call_key = carded.call_key
    left join {{ ref('known_caller') }} as known on inbound.call_key = known.call_key
    left join {{ ref('cfg_phone_ignore') }} as ignored on inbound.from_e164 = ignored.phone
),

candidates as (
    select
        orders.*,
        row_number() over (partition by orders.call_key order by orders.opened_ts asc, orders.ro_id asc) as place
    from {{ ref('call_order') }} as orders
    inner join calls on orders.call_key = calls.call_key
    where calls.is_first_time
),

-- two new numbers of one customer: their order is the later call's
credited as (
    select
        *,
        row_number() over (partition by ro_key order by start_ts desc, call_id desc, call_key asc) as call_place
    from candidates
    where place = 1
),

final as (
    select
        calls.call_key,
        calls.site_key,
        calls.call_id,
        calls.from_e164,
        calls.to_did,
        calls.campaign_id,
        calls.start_ts,
        calls.start_business_date,
        calls.start_local_hour,
        calls.status,
        calls.entry_point,
        calls.employee_key,
        calls.talk_s,
        calls.window_end_ts,
        calls.is_first_time,
        calls.is_uncertain,
        credited.ro_key as converted_ro_key,
        credited.golden_customer_key as converted_customer_key,
        calls.known_customer_key,
        calls.last_visit_d,
        calls.has_open_ro
    from calls
    left join credited on calls.call_key = credited.call_key and credited.call_place = 1
)

select * from final
