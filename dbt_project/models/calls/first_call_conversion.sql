{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with scores as (
    select call_key, sum(score) as score, sum(max_score) as max_score
    from {{ ref('fct_call_score') }}
    where not is_deleted_at_source
    group by call_key
),

holders as (
    select
        phone,
        count(*) as customers,
        {{ tieout.first_of(
            'golden_customer_key',
            "(coalesce(first_seen_ts, cast('9999-12-31 00:00:00+00' as timestamp with time zone)), golden_customer_key)"
        ) }} as golden_customer_key
    from {{ ref('caller_customer') }}
    group by phone
),

campaigns as (
    select campaign_id, max(name) as name
    from {{ ref('dim_campaign') }}
    where not is_deleted_at_source
    group by campaign_id
),

booked as (
    select distinct call_key from {{ ref('call_appointment') }}
),

calls as (
    select
        calls_of.*,
        coalesce(calls_of.converted_customer_key, holders.golden_customer_key) as customer_key,
        coalesce(holders.customers, 0) > 1 as ambiguous_match
    from {{ ref('inbound_call') }} as calls_of
    left join holders on calls_of.from_e164 = holders.phone
    where calls_of.is_first_time
),

final as (
    select
        calls.site_key,
        calls.call_key,
        calls.call_id,
        calls.start_ts as call_ts,
        calls.start_business_date as call_date,
        calls.to_did as did,
        coalesce(campaigns.name, calls.campaign_id) as campaign,
        calls.from_e164 as caller,
        calls.status = 'answered' as answered,
        calls.talk_s,
        calls.employee_key as handled_by_key,
        people.name as handled_by,
        orders.ro_key is not null as is_converted,
        orders.ro_key as converted_ro_key,
        orders.ro_number as converted_ro_no,
        order_sites.site as converted_site,
        orders.opened_ts as ro_open_ts,
        {{ tieout.count_of('orders.open_business_date - calls.start_business_date') }} as days_to_convert,
        calls.customer_key,
        coalesce(
            customers.first_name || ' ' || customers.last_name, customers.last_name, customers.first_name,
            customers.company_name
        ) as customer,
        orders.total_ex_tax as ro_total_ex_tax,
        orders.gross_profit as ro_gross_profit,
        calls.window_end_ts <= moments.as_of_ts as window_complete,
        case when unscheduled.site_key is null then booked.call_key is not null end as appointment_booked,
        {{ tieout.ratio('scores.score', 'scores.max_score') }} as call_score,
        calls.is_uncertain as first_time_uncertain,
        calls.ambiguous_match
    from calls
    inner join {{ ref('reporting_moment') }} as moments on calls.site_key = moments.site_key
    left join {{ ref('opened_ro') }} as orders on calls.converted_ro_key = orders.ro_key
    left join {{ ref('dim_site') }} as order_sites on orders.site_key = order_sites.site_key
    left join {{ ref('dim_employee') }} as people on calls.employee_key = people.employee_key
    left join {{ ref('dim_customer') }} as customers on calls.customer_key = customers.customer_key
    left join campaigns on calls.campaign_id = campaigns.campaign_id
    left join scores on calls.call_key = scores.call_key
    left join booked on calls.call_key = booked.call_key
    left join {{ ref('site_lack') }} as unscheduled
        on calls.site_key = unscheduled.site_key and unscheduled.lack = 'scheduler'
)

select * from final
