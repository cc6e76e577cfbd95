{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set period = ['site_key', 'period_grain', 'period_start', 'period_end'] -%}
{% set row = period + ['weekday', 'hour', 'business_date', 'call_key', 'call_id', 'start_ts', 'status'] -%}
{% set sums = ['calls', 'inbound', 'answered', 'missed', 'length_s', 'open_hours'] -%}
{% set distincts = ['open_days', 'staffed_extensions'] -%}
with days as (
    {{ tieout.reported_days() }}
),

hours as (
    select {{ tieout.unnest_values(range(24)) }} as hour
),

-- every hour of every day, whether anybody called or not
clock as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        case extract(isodow from days.business_date)
            when 1 then 'mon' when 2 then 'tue' when 3 then 'wed' when 4 then 'thu' when 5 then 'fri' when 6 then 'sat'
            else 'sun'
        end as weekday,
        hours.hour,
        days.business_date,
        calendar.is_open
        and hours.hour * 60 < {{ tieout.minutes_between("time '00:00:00'", 'calendar.close_time') }}
        and hours.hour * 60 + 60 > {{ tieout.minutes_between("time '00:00:00'", 'calendar.open_time') }}
            as is_open
    from days
    inner join {{ ref('business_calendar') }} as calendar
        on days.site_key = calendar.site_key and days.business_date = calendar.business_date
    cross join hours
),

slots as (
    select
        *,
        case when is_open then 1 else 0 end as open_hours,
        case when is_open then cast(site_key as varchar) || ' ' || cast(business_date as varchar) end as open_days
    from clock
),

called as (
    select
        {% for column in row[:7] -%}
        clock.{{ column }},
        {% endfor -%}
        calls.call_key,
        calls.call_id,
        calls.start_ts,
        calls.status,
        1 as calls,
        case when calls.direction = 'in' then 1 else 0 end as inbound,
        case when calls.status = 'answered' then 1 else 0 end as answered,
        case when calls.status = 'missed' then 1 else 0 end as missed,
        calls.length_s
    from {{ ref('counted_call') }} as calls
    inner join clock
        on calls.site_key = clock.site_key
        and calls.start_business_date = clock.business_date
        and calls.start_local_hour = clock.hour
    where calls.direction in ('in', 'out')
),

punches as (
    select
        cards.site_key,
        {{ tieout.person('people', 'cards.employee_key') }} as employee_key,
        {{ tieout.wall_clock('cards.in_ts', 'sites.iana_tz') }} as in_at,
        {{ tieout.wall_clock('cards.out_ts', 'sites.iana_tz') }} as out_at
    from {{ ref('fct_time_card') }} as cards
    inner join {{ ref('dim_site') }} as sites on cards.site_key = sites.site_key
    {{ tieout.people('people', 'cards.employee_key') }}
    where cards.in_ts is not null and cards.out_ts is not null and not cards.is_deleted_at_source
),

begun as (
    select
        punches.site_key,
        punches.employee_key,
        date_trunc('hour', punches.in_at) + hours.hour * interval '1 hour' as hour_at
    from punches
    cross join hours
    where date_trunc('hour', punches.in_at) + hours.hour * interval '1 hour' < punches.out_at
),

extensions as (
    select
        lines_of.site_key,
        lines_of.extension,
        lines_of.valid_from,
        lines_of.valid_to,
        {{ tieout.person('people', 'lines_of.employee_key') }} as employee_key
    from {{ ref('dim_extension') }} as lines_of
    {{ tieout.people('people', 'lines_of.employee_key') }}
    where not lines_of.is_group and not lines_of.is_deleted_at_source
),

staffed as (
    select distinct
        {% for column in row[:7] -%}
        clock.{{ column }},
        {% endfor -%}
        cast(clock.site_key as varchar) || ' ' || extensions.extension as staffed_extensions
    from begun
    inner join extensions
        on begun.site_key = extensions.site_key and begun.employee_key = extensions.employee_key
        and cast(begun.hour_at as date) between extensions.valid_from and extensions.valid_to
    inner join clock
        on begun.site_key = clock.site_key
        and cast(begun.hour_at as date) = clock.business_date
        and extract(hour from begun.hour_at) = clock.hour
),

behind as (
    {{ tieout.stacked(
        row + sums + distincts,
        {
            'slots': row[:7] + ['open_hours', 'open_days'],
            'called': row + sums[:-1],
            'staffed': row[:7] + ['staffed_extensions']
        }
    ) }}
),

rolled as (
    {{ tieout.rolled(
        keys=['weekday', 'hour'], sums=sums, distincts=distincts, levels=[['hour']],
        lacks={'clock': 'timeclock'}
    ) }}
),

final as (
    select
        site_key,
        period_grain,
        period_start,
        period_end,
        row_type,
        weekday,
        cast(hour as integer) as hour,
        {% for column in ['calls', 'inbound', 'answered', 'missed', 'open_days'] -%}
        {{ tieout.count_of(column) }} as {{ column }},
        {% endfor -%}
        {{ tieout.per('calls', 'open_days') }} as avg_calls_per_open_day,
        {{ tieout.ratio('missed', 'calls') }} as missed_rate,
        {{ tieout.count_of(
            'case when hour is not null then row_number() over ('
            ~ 'partition by site_key, period_grain, period_start, weekday, hour is null'
            ~ ' order by calls desc, hour asc) end'
        ) }} as peak_rank,
        {{ tieout.per('length_s', '3600 * open_hours') }} as avg_concurrent,
        {{ tieout.count_of(tieout.unless_lacking('clock', 'staffed_extensions')) }} as staffed_extensions,
        {{ tieout.null_reason('clock', 'no_time_clock') }} as null_reason,
        {{ tieout.count_of('clock_missing') }} as sites_missing
    from rolled
)

select * from final
