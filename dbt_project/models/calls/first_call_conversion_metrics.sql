{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set row = [
    'site_key', 'period_grain', 'period_start', 'period_end', 'call_key', 'call_id', 'business_date', 'start_ts',
    'caller', 'ro_number'
] -%}
{% set sums = [
    'inbound_calls', 'first_time_callers', 'converted', 'mature_callers', 'mature_converted', 'converted_sales',
    'missed_first_calls'
] -%}
{% set distincts = ['unique_customers', 'new_customers'] -%}
with days as (
    {{ tieout.reported_days() }}
),

calls as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        calls_of.call_key,
        calls_of.call_id,
        days.business_date,
        calls_of.start_ts,
        calls_of.from_e164 as caller,
        calls_of.is_first_time,
        orders.ro_number,
        1 as inbound_calls,
        case when calls_of.is_first_time then 1 else 0 end as first_time_callers,
        case when orders.ro_key is not null then 1 else 0 end as converted,
        case when calls_of.is_first_time and calls_of.window_end_ts <= moments.as_of_ts then 1 else 0 end
            as mature_callers,
        case when orders.ro_key is not null and calls_of.window_end_ts <= moments.as_of_ts then 1 else 0 end
            as mature_converted,
        orders.total_ex_tax as converted_sales,
        case when calls_of.is_first_time and calls_of.status <> 'answered' then 1 else 0 end as missed_first_calls,
        orders.open_business_date - calls_of.start_business_date as days_to_convert
    from {{ ref('inbound_call') }} as calls_of
    inner join days on calls_of.site_key = days.site_key and calls_of.start_business_date = days.business_date
    inner join {{ ref('reporting_moment') }} as moments on calls_of.site_key = moments.site_key
    left join {{ ref('opened_ro') }} as orders on calls_of.converted_ro_key = orders.ro_key
),

-- customers of a number who came in after it had called
came as (
    select distinct call_key, golden_customer_key
    from {{ ref('call_order') }}
),

customers as (
    select
        {% for column in row -%}
        calls.{{ column }},
        {% endfor -%}
        came.golden_customer_key as unique_customers,
        case when calls.converted = 1 then came.golden_customer_key end as new_customers
    from calls
    inner join came on calls.call_key = came.call_key
),

behind as (
    {{ tieout.stacked(
        row + sums + distincts + ['days_to_convert'],
        {'calls': row + sums + ['days_to_convert'], 'customers': row + distincts}
    ) }}
),

rolled as (
    {{ tieout.rolled(
        sums=sums, distincts=distincts, columns=['days_to_convert'],
        aggregates={'median_days': tieout.median('days_to_convert')}
    ) }}
),

final as (
    select
        site_key,
        period_grain,
        period_start,
        period_end,
        row_type,
        {{ tieout.count_of('first_time_callers') }} as first_time_callers,
        {{ tieout.count_of('converted') }} as converted,
        {{ tieout.ratio('converted', 'first_time_callers') }} as conversion_rate,
        {{ tieout.ratio('mature_converted', 'mature_callers') }} as mature_conversion_rate,
        {{ tieout.money('converted_sales') }} as converted_sales,
        {{ tieout.per('converted_sales', 'converted') }} as avg_sales_per_converted,
        {{ tieout.per('converted_sales', 'first_time_callers') }} as revenue_per_first_call,
        {{ tieout.count_of('missed_first_calls') }} as missed_first_calls,
        {{ tieout.per('missed_first_calls * converted_sales', 'first_time_callers') }} as lost_potential,
        cast(null as decimal(14, 2)) as call_cost,
        cast(null as decimal(18, 6)) as roi,
        'no_cost' as null_reason,
        cast(median_days as decimal(12, 2)) as median_days_to_convert,
        {{ tieout.ratio('unique_customers', 'inbound_calls') }} as total_conversion_callrail,
        {{ tieout.ratio('new_customers', 'first_time_callers') }} as new_conversion_callrail
    from rolled
)

select * from final
