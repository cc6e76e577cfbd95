{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with days as (
    {{ tieout.reported_days() }}
),

-- an order is the last call's before it, whoever else called about it
credited as (
    select
        orders.*,
        row_number() over (partition by orders.ro_key order by orders.start_ts desc, orders.call_id desc) as place
    from {{ ref('call_order') }} as orders
    inner join {{ ref('inbound_call') }} as calls
        on orders.call_key = calls.call_key and orders.golden_customer_key = calls.known_customer_key
),

brought as (
    select
        *,
        row_number() over (partition by call_key order by opened_ts asc, ro_id asc) as order_place
    from credited
    where place = 1
),

calls as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        calls_of.known_customer_key as customer_key,
        calls_of.call_key,
        calls_of.call_id,
        days.business_date,
        calls_of.start_ts,
        calls_of.last_visit_d,
        calls_of.has_open_ro,
        booked.call_key is not null as has_booked,
        orders.ro_key,
        orders.ro_number,
        orders.total_ex_tax,
        orders.open_business_date - calls_of.start_business_date as days_to_convert,
        row_number() over (
            partition by days.site_key, days.period_grain, days.period_start, calls_of.known_customer_key
            order by calls_of.start_ts asc, calls_of.call_id asc
        ) as place,
        row_number() over (
            partition by days.site_key, days.period_grain, days.period_start, calls_of.known_customer_key
            order by case when orders.ro_key is null then 1 else 0 end, calls_of.start_ts asc, calls_of.call_id asc
        ) as order_place,
        count(orders.ro_key) over (
            partition by days.site_key, days.period_grain, days.period_start, calls_of.known_customer_key
        ) as orders_of_row
    from {{ ref('inbound_call') }} as calls_of
    inner join days on calls_of.site_key = days.site_key and calls_of.start_business_date = days.business_date
    left join brought on calls_of.call_key = brought.call_key and brought.order_place = 1
    left join {{ ref('opened_ro') }} as orders on brought.ro_key = orders.ro_key
    left join {{ ref('call_appointment') }} as booked
        on calls_of.call_key = booked.call_key and calls_of.known_customer_key = booked.golden_customer_key
    where calls_of.known_customer_key is not null
),

included as (
    select {{ tieout.option('include_open_ro', 'boolean') }} as include_open_ro
),

behind as (
    select
        site_key,
        period_grain,
        period_start,
        period_end,
        customer_key,
        call_key,
        call_id,
        business_date,
        start_ts,
        has_open_ro,
        ro_number,
        customer_key as unique_known_callers,
        case when place = 1 and not has_open_ro then customer_key end as excluding_open_ro,
        case when place = 1 and (include_open_ro or not has_open_ro) then customer_key end as asked,
        case when place = 1 and (include_open_ro or not has_open_ro) and orders_of_row > 0 then customer_key end
        as converted,
        case when place = 1 then start_ts end as call_ts,
        case when place = 1 then last_visit_d end as last_visit_d,
        case when place = 1 then business_date - last_visit_d end as days_since_last_visit,
        case when place = 1 and has_open_ro then 1 else 0 end as open_ro_at_call,
        case when place = 1 and has_booked then 1 else 0 end as appointment_within_w,
        case when order_place = 1 and ro_key is not null then 1 else 0 end as is_converted,
        case when order_place = 1 then ro_number end as ro_no,
        case when order_place = 1 then total_ex_tax end as ro_total_ex_tax,
        case when order_place = 1 then days_to_convert end as days_to_convert
    from calls
    cross join included
),

rolled as (
    {{ tieout.rolled(
        keys=['customer_key'], distincts=['unique_known_callers', 'excluding_open_ro', 'asked', 'converted'],
        columns=[
            'call_ts', 'last_visit_d', 'days_since_last_visit', 'open_ro_at_call', 'appointment_within_w',
            'is_converted', 'ro_no', 'ro_total_ex_tax', 'days_to_convert'
        ],
        aggregates={
            'first_call_ts': 'min(call_ts)', 'visit_d': 'max(last_visit_d)', 'visit_days': 'max(days_since_last_visit)',
            'has_open': 'max(open_ro_at_call)', 'has_booked': 'max(appointment_within_w)',
            'has_order': 'max(is_converted)', 'order_number': 'max(ro_no)', 'order_total': 'max(ro_total_ex_tax)',
            'order_days': 'max(days_to_convert)'
        },
        lacks={'booking': 'scheduler'}
    ) }}
),

final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        rolled.customer_key,
        coalesce(
            customers.first_name || ' ' || customers.last_name, customers.last_name, customers.first_name,
            customers.company_name
        ) as customer,
        case when rolled.row_type = 'detail' then rolled.first_call_ts end as call_ts,
        case when rolled.row_type = 'detail' then rolled.visit_d end as last_visit_d,
        {{ tieout.count_of("case when rolled.row_type = 'detail' then rolled.visit_days end") }}
            as days_since_last_visit,
        case when rolled.row_type = 'detail' then rolled.has_open = 1 end as open_ro_at_call,
        {{ tieout.unless_lacking('booking', "case when rolled.row_type = 'detail' then rolled.has_booked = 1 end") }}
            as appointment_within_w,
        case when rolled.row_type = 'detail' then rolled.has_order = 1 end as is_converted,
        case when rolled.row_type = 'detail' then rolled.order_number end as ro_no,
        {{ tieout.money("case when rolled.row_type = 'detail' then rolled.order_total end") }} as ro_total_ex_tax,
        {{ tieout.count_of("case when rolled.row_type = 'detail' then rolled.order_days end") }} as days_to_convert,
        {{ tieout.count_of('rolled.unique_known_callers') }} as unique_known_callers,
        {{ tieout.count_of('rolled.excluding_open_ro') }} as excluding_open_ro,
        {{ tieout.count_of('rolled.converted') }} as converted,
        {{ tieout.ratio('rolled.converted', 'rolled.asked') }} as conversion_rate,
        {{ tieout.null_reason('booking', 'no_scheduler') }} as null_reason,
        {{ tieout.count_of('rolled.booking_missing') }} as sites_missing
    from rolled
    left join {{ ref('dim_customer') }} as customers on rolled.customer_key = customers.customer_key
)

select * from final
