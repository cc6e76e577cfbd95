{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- The calls of a day: as the telephone system counts them, as they are under the numbers that were called, and as the
-- call summary prints them. Each count is compared with the calls themselves.
with calls as (
    select
        calls_of.site_key,
        calls_of.start_business_date as business_date,
        calls_of.direction,
        case when numbers.number is null then '(unregistered number)' else calls_of.to_did end as number
    from {{ ref('fct_call') }} as calls_of
    left join {{ ref('dim_phone_number') }} as numbers
        on calls_of.phone_number_key = numbers.phone_number_key and not numbers.is_deleted_at_source
    where not calls_of.is_deleted_at_source
),

all_calls as (
    select
        site_key,
        business_date,
        count(*) as calls,
        sum(case when direction = 'in' then 1 else 0 end) as inbound_calls
    from calls
    group by site_key, business_date
),

per_number as (
    select site_key, business_date, number, count(*) as calls
    from calls
    where direction = 'in'
    group by site_key, business_date, number
),

printed_numbers as (
    select site_key, period_start as business_date, number, calls
    from {{ ref('call_summary_by_number') }}
    where period_grain = 'day' and row_type = 'detail'
),

printed as (
    select site_key, period_start as business_date, inbound_calls
    from {{ ref('call_summary') }}
    where period_grain = 'day' and row_type = 'detail'
),

told as (
    select site_key, business_date, value as calls
    from {{ ref('fct_source_control_total') }}
    where name = 'call_count' and not is_deleted_at_source
),

-- a system that counts its calls counts them every day: a day of calls in between that it left out lacks its count
telling as (
    select site_key, min(business_date) as first_date, max(business_date) as last_date
    from told
    group by site_key
),

due as (
    select site_key, business_date from told
    union
    select all_calls.site_key, all_calls.business_date
    from all_calls
    inner join telling
        on all_calls.site_key = telling.site_key
        and all_calls.business_date >= telling.first_date
        and all_calls.business_date <= telling.last_date
),

final as (
    select
        {{ tieout.compared(
            site_key='due.site_key', business_date='due.business_date', document="'line call_count'",
            aspect="'call count'", expected='told.calls', actual='coalesce(all_calls.calls, 0)',
            said="'The telephone system counted ' || coalesce(cast(cast(told.calls as integer) as varchar), 'no')"
                ~ " || ' calls, ' || cast(coalesce(all_calls.calls, 0) as varchar) || ' are here.'"
        ) }}
    from due
    left join told on due.site_key = told.site_key and due.business_date = told.business_date
    left join all_calls on due.site_key = all_calls.site_key and due.business_date = all_calls.business_date
    union all
    select
        {{ tieout.compared(
            site_key='coalesce(per_number.site_key, printed_numbers.site_key)',
            business_date='coalesce(per_number.business_date, printed_numbers.business_date)',
            drill_key='coalesce(per_number.number, printed_numbers.number)',
            document="'number ' || coalesce(per_number.number, printed_numbers.number)", aspect="'by number'",
            expected='per_number.calls', actual='printed_numbers.calls',
            said="'The number has ' || cast(coalesce(per_number.calls, 0) as varchar) || ' calls, and '"
                ~ " || cast(coalesce(printed_numbers.calls, 0) as varchar) || ' in the report of calls by number.'"
        ) }}
    from per_number
    full outer join printed_numbers
        on per_number.site_key = printed_numbers.site_key
        and per_number.business_date = printed_numbers.business_date
        and per_number.number = printed_numbers.number
    union all
    select
        {{ tieout.compared(
            site_key='printed.site_key', business_date='printed.business_date', document="'line inbound_calls'",
            aspect="'inbound'", expected='coalesce(all_calls.inbound_calls, 0)', actual='printed.inbound_calls',
            said="cast(coalesce(all_calls.inbound_calls, 0) as varchar) || ' calls came in, and the call summary says '"
                ~ " || cast(printed.inbound_calls as varchar) || '.'"
        ) }}
    from printed
    left join all_calls on printed.site_key = all_calls.site_key and printed.business_date = all_calls.business_date
)

select * from final
