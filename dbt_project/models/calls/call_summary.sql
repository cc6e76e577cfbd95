{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'touched_call_period'}
) }}

-- depends_on: {{ ref('touched_call_period') }}
-- Distinct callers cannot be added up: day and month are both counted from the calls, per site and for all sites.
with period_days as (
    select period_grain, period_start, period_end, business_date
    from {{ ref('reporting_period_day') }}
    where period_grain in ('day', 'month')
    {% if is_incremental() %}
    and (period_grain, period_start) in (select period_grain, period_start from {{ ref('touched_call_period') }})
    {% endif %}
),

site_periods as (
    select
        coalesce(days.site_key, -2) as site_key,
        period_days.period_grain,
        period_days.period_start,
        period_days.period_end
    from {{ ref('dim_site_day') }} as days
    inner join period_days on days.business_date = period_days.business_date
    group by grouping sets (
        (days.site_key, period_days.period_grain, period_days.period_start, period_days.period_end),
        (period_days.period_grain, period_days.period_start, period_days.period_end)
    )
),

behind as (
    select
        calls_of.call_key,
        calls_of.site_key,
        period_days.period_grain,
        period_days.period_start,
        period_days.period_end,
        calls_of.start_ts,
        calls_of.direction,
        calls_of.status,
        calls_of.start_local_hour,
        1 as calls,
        case when calls_of.direction = 'in' then 1 else 0 end as inbound_calls,
        case when calls_of.direction = 'in' then calls_of.from_e164 end as unique_inbound,
        case when calls_of.direction = 'in' then calls_of.talk_s end as inbound_s,
        case when calls_of.direction = 'out' then 1 else 0 end as outbound_calls,
        case when calls_of.direction = 'out' then calls_of.talk_s end as outbound_s,
        calls_of.talk_s,
        case when calls_of.status = 'answered' then 1 else 0 end as answered,
        case when calls_of.status = 'missed' then 1 else 0 end as missed,
        case when calls_of.status = 'voicemail' then 1 else 0 end as voicemail,
        case when calls_of.direction = 'in' and calls_of.from_e164 is null then 1 else 0 end as anonymous_calls,
        case when calls_of.direction = 'in' and calls_of.status = 'answered' then 1 else 0 end as inbound_answered,
        case when calls_of.direction = 'in' and calls_of.status = 'answered' then calls_of.ring_s end as answered_ring_s
    from {{ ref('fct_call') }} as calls_of
    inner join period_days on calls_of.start_business_date = period_days.business_date
    where calls_of.direction in ('in', 'out')
    and not calls_of.is_deleted_at_source
    and {{ tieout.in_calendar('calls_of.site_key', 'calls_of.start_business_date') }}
),

sums as (
    select
        coalesce(site_key, -2) as site_key,
        period_grain,
        period_start,
        {% for column in [
            'calls', 'inbound_calls', 'inbound_s', 'outbound_calls', 'outbound_s', 'talk_s', 'answered', 'missed', 'voicemail',
            'anonymous_calls', 'inbound_answered', 'answered_ring_s'
        ] -%}
        sum({{ column }}) as {{ column }},
        {% endfor -%}
        count(distinct unique_inbound) as unique_inbound
    from behind
    group by grouping sets ((site_key, period_grain, period_start), (period_grain, period_start))
),

hours as (
    select
        coalesce(site_key, -2) as site_key,
        period_grain,
        period_start,
        start_local_hour,
        count(*) as calls
    from behind
    where direction = 'in'
    group by grouping sets (
        (site_key, period_grain, period_start, start_local_hour), (period_grain, period_start, start_local_hour)
    )
),

peaks as (
    select *
    from (
        select
            *,
            row_number() over (
                partition by site_key, period_grain, period_start order by calls desc, start_local_hour asc
            ) as place
        from hours
    ) as ranked
    where place = 1
),

final as (
    select
        periods.site_key,
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        case when periods.site_key = -2 then 'total' else 'detail' end as row_type,
        {% for column in ['calls', 'inbound_calls', 'unique_inbound', 'outbound_calls'] -%}
        cast(coalesce(sums.{{ column }}, 0) as integer) as {{ column }},
        {% endfor -%}
        {{ tieout.minutes('coalesce(sums.inbound_s, 0)') }} as inbound_minutes,
        {{ tieout.minutes('coalesce(sums.outbound_s, 0)') }} as outbound_minutes,
        {{ tieout.seconds_per('sums.talk_s', 'sums.calls') }} as avg_duration_s,
        {{ tieout.seconds_per('sums.talk_s', 'sums.answered') }} as avg_duration_answered_s,
        {% for column in ['answered', 'missed', 'voicemail', 'anonymous_calls'] -%}
        cast(coalesce(sums.{{ column }}, 0) as integer) as {{ column }},
        {% endfor -%}
        cast(peaks.start_local_hour as integer) as peak_hour,
        cast(peaks.calls as integer) as peak_hour_calls,
        {{ tieout.div(
            'cast(sums.inbound_answered as decimal(14, 0))', 'cast(sums.inbound_calls as decimal(14, 0))'
        ) }} as answer_rate,
        {{ tieout.seconds_per('sums.answered_ring_s', 'sums.inbound_answered') }} as avg_ring_s
    from site_periods as periods
    left join sums
        on periods.site_key = sums.site_key
        and periods.period_grain = sums.period_grain
        and periods.period_start = sums.period_start
    left join peaks
        on periods.site_key = peaks.site_key
        and periods.period_grain = peaks.period_grain
        and periods.period_start = peaks.period_start
    where {{ tieout.only_touched(
        'touched_call_period', ['periods.site_key', 'periods.period_grain', 'periods.period_start']
    ) }}
)

select * from final
