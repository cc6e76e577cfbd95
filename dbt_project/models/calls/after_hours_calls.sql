{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set counts = [
    'after_hours_calls', 'holiday_calls', 'voicemails', 'callback_within_1_business_day', 'existing_calls',
    'first_time_calls', 'computed_after_hours', 'entry_point_mismatch'
] -%}
with days as (
    {{ tieout.reported_days() }}
),

-- of each day of a shop, the next one on which it opens
calendar as (
    select
        *,
        min(case when is_open then business_date end) over (
            partition by site_key order by business_date asc rows between 1 following and unbounded following
        ) as next_open_date
    from {{ ref('business_calendar') }}
),

inbound as (
    select
        calls.*,
        cast({{ tieout.wall_clock('calls.start_ts', 'sites.iana_tz') }} as time) as local_start,
        calls.entry_point in ('closed', 'holiday') as is_routed,
        calendar.is_open,
        calendar.open_time,
        calendar.close_time,
        calendar.next_open_date,
        next_days.close_time as next_close_time
    from {{ ref('inbound_call') }} as calls
    inner join {{ ref('dim_site_day') }} as asked
        on calls.site_key = asked.site_key and calls.start_business_date = asked.business_date
    inner join {{ ref('dim_site') }} as sites on calls.site_key = sites.site_key
    left join calendar
        on calls.site_key = calendar.site_key and calls.start_business_date = calendar.business_date
    left join {{ ref('business_calendar') }} as next_days
        on calls.site_key = next_days.site_key and calendar.next_open_date = next_days.business_date
),

judged as (
    select
        *,
        not coalesce(is_open and local_start >= open_time and local_start < close_time, false) as is_outside,
        is_open and local_start < open_time as opens_later
    from inbound
),

-- Until when the shop is in time: the close of the first day that opens after the call.
due as (
    select
        *,
        case when opens_later then start_business_date else next_open_date end as due_date,
        case when opens_later then close_time else next_close_time end as due_time
    from judged
),

called_back as (
    select distinct due.call_key
    from due
    inner join {{ ref('fct_call') }} as answers
        on due.site_key = answers.site_key and due.from_e164 = answers.to_did
        and due.start_ts < answers.start_ts
    inner join {{ ref('dim_site') }} as sites on answers.site_key = sites.site_key
    where due.is_routed and answers.direction = 'out' and not answers.is_deleted_at_source
    and (
        due.due_date is null
        or answers.start_business_date < due.due_date
        or (
            answers.start_business_date = due.due_date
            and cast({{ tieout.wall_clock('answers.start_ts', 'sites.iana_tz') }} as time) <= due.due_time
        )
    )
),

counted as (
    select
        due.*,
        case when due.is_routed then due.from_e164 end as unique_callers,
        case when due.entry_point = 'closed' then 1 else 0 end as after_hours_calls,
        case when due.entry_point = 'holiday' then 1 else 0 end as holiday_calls,
        case when due.is_routed and due.status = 'voicemail' then 1 else 0 end as voicemails,
        case when called_back.call_key is not null then 1 else 0 end as callback_within_1_business_day,
        case when due.is_routed and due.known_customer_key is not null then 1 else 0 end as existing_calls,
        case when due.is_routed and due.is_first_time then 1 else 0 end as first_time_calls,
        case when due.is_outside then 1 else 0 end as computed_after_hours,
        case
            when due.entry_point in ('open', 'closed', 'holiday') and due.is_routed <> due.is_outside then 1
            else 0
        end as entry_point_mismatch
    from due
    left join called_back on due.call_key = called_back.call_key
    where due.is_routed or due.is_outside
),

behind as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        counted.start_local_hour as hour,
        counted.call_key,
        counted.call_id,
        days.business_date,
        counted.start_ts,
        counted.status,
        counted.entry_point,
        counted.unique_callers,
        {% for column in counts -%}
        counted.{{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from counted
    inner join days on counted.site_key = days.site_key and counted.start_business_date = days.business_date
),

rolled as (
    {{ tieout.rolled(keys=['hour'], sums=counts, distincts=['unique_callers']) }}
),

final as (
    select
        site_key,
        period_grain,
        period_start,
        period_end,
        row_type,
        hour,
        {% for column in ['after_hours_calls', 'holiday_calls', 'unique_callers'] + counts[2:] -%}
        {{ tieout.count_of(column) }} as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from rolled
)

select * from final
