{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'touched_call_period'}
) }}

-- depends_on: {{ ref('touched_call_period') }}
with period_days as (
    select period_grain, period_start, period_end, business_date
    from {{ ref('reporting_period_day') }}
    where period_grain in ('day', 'month')
    {% if is_incremental() %}
    and (period_grain, period_start) in (select period_grain, period_start from {{ ref('touched_call_period') }})
    {% endif %}
),

behind as (
    select
        calls_of.call_key,
        calls_of.site_key,
        period_days.period_grain,
        period_days.period_start,
        period_days.period_end,
        case when numbers.number is null then '(unregistered number)' else calls_of.to_did end as number,
        numbers.description,
        calls_of.start_ts,
        calls_of.status,
        1 as calls,
        calls_of.from_e164 as unique_callers
    from {{ ref('fct_call') }} as calls_of
    inner join period_days on calls_of.start_business_date = period_days.business_date
    left join {{ ref('dim_phone_number') }} as numbers
        on calls_of.phone_number_key = numbers.phone_number_key and not numbers.is_deleted_at_source
    where calls_of.direction = 'in'
    and not calls_of.is_deleted_at_source
    and {{ tieout.in_calendar('calls_of.site_key', 'calls_of.start_business_date') }}
),

numbered as (
    select
        coalesce(site_key, -2) as site_key,
        period_grain,
        period_start,
        period_end,
        case when grouping(number) = 1 then 'total' else 'detail' end as row_type,
        coalesce(number, 'All numbers') as number,
        case when grouping(number) = 0 then max(description) end as description,
        cast(sum(calls) as integer) as calls,
        cast(count(distinct unique_callers) as integer) as unique_callers
    from behind
    where {{ tieout.only_touched('touched_call_period') }}
    {% if is_incremental() %}
    or (period_grain, period_start) in (
        select period_grain, period_start from {{ ref('touched_call_period') }} where site_key = -2
    )
    {% endif %}
    group by grouping sets (
        (site_key, period_grain, period_start, period_end, number), (period_grain, period_start, period_end)
    )
),

final as (
    select * from numbered
    where {{ tieout.only_touched('touched_call_period') }}
)

select * from final
