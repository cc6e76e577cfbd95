-- The All sites rows of both call reports again, from the calls: callers of two shops are one caller, so no sum of
-- detail rows can say it (REPORTS 3A.2).
{% set whole_period = {'period_grain': 'period_grain', 'period_start': 'period_start'} %}
with printed as (
    select period_grain, period_start, calls, inbound_calls, unique_inbound, answered
    from {{ ref('call_summary') }}
    where row_type = 'total'
    and {{ tieout.tested_rows('touched_call_period', whole_period) }}
),

by_number as (
    select period_grain, period_start, calls, unique_callers
    from {{ ref('call_summary_by_number') }}
    where row_type = 'total'
),

calls_of as (
    select start_business_date, direction, from_e164, status
    from {{ ref('fct_call') }}
    where direction in ('in', 'out')
    and not is_deleted_at_source
    and {{ tieout.in_calendar('site_key', 'start_business_date') }}
),

recounted as (
    select
        printed.period_grain,
        printed.period_start,
        count(calls_of.direction) as calls,
        sum(case when calls_of.direction = 'in' then 1 else 0 end) as inbound_calls,
        count(distinct case when calls_of.direction = 'in' then calls_of.from_e164 end) as unique_inbound,
        sum(case when calls_of.status = 'answered' then 1 else 0 end) as answered
    from printed
    inner join {{ ref('reporting_period_day') }} as days
        on printed.period_grain = days.period_grain and printed.period_start = days.period_start
    left join calls_of on days.business_date = calls_of.start_business_date
    group by printed.period_grain, printed.period_start
)

select printed.*, recounted.calls as calls_found, recounted.unique_inbound as callers_found
from printed
left join recounted
    on printed.period_grain = recounted.period_grain and printed.period_start = recounted.period_start
left join by_number
    on printed.period_grain = by_number.period_grain and printed.period_start = by_number.period_start
where printed.calls is distinct from recounted.calls
or printed.inbound_calls is distinct from recounted.inbound_calls
or printed.unique_inbound is distinct from recounted.unique_inbound
or printed.answered is distinct from recounted.answered
or coalesce(by_number.calls, 0) is distinct from recounted.inbound_calls
or coalesce(by_number.unique_callers, 0) is distinct from recounted.unique_inbound
