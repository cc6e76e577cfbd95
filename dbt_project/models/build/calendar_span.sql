{{ config(incremental_strategy='replaced') }}

-- depends_on: {{ ref('incoming_call') }}
-- The days that a site has: from its first data to the business day on which its company was last pulled.
{% set standing = tieout.dated_facts() -%}
with orders as (
    select site_key, open_business_date, close_business_date, void_business_date from {{ ref('int_repair_order') }}
),

-- what was told once stays told: days of orders, payments and totals whose later version moved them are days still
told as (
    select site_key, least(open_business_date, close_business_date, void_business_date) as business_date from orders
    union all
    select site_key, coalesce(business_date, recorded_business_date) from {{ ref('int_tender') }}
    union all
    select site_key, business_date from {{ ref('int_control_total') }}
    {% if is_incremental() %}
    union all
    select site_key, first_told_date from {{ this }}
    {% endif %}
),

calls as (
    select origin_site_key, direction, to_did, start_ts from {{ ref('int_call') }}
    {% if is_incremental() %}
    union all
    -- their number changed hands
    select origin_site_key, direction, to_did, start_ts
    from {{ tieout.stored('core', 'fct_call') }}
    where call_key in (select call_key from {{ ref('incoming_call') }})
    and call_key not in (select call_key from {{ ref('int_call') }})
    {% endif %}
),

first_calls as (
    select {{ tieout.call_site() }} as site_key, min(calls.start_ts) as start_ts
    from calls
    {{ tieout.called_numbers() }}
    group by {{ tieout.call_site() }}
),

-- what the other facts say now: they are few, and their first days are read from where they stand
standing as (
    select
        first_calls.site_key,
        {{ tieout.business_date('first_calls.start_ts', 'zone.offset_minutes', 'sites.day_cutoff_minutes') }}
            as business_date
    from first_calls
    inner join {{ ref('int_site') }} as sites on first_calls.site_key = sites.site_key
    left join {{ tieout.offsets_at('start_ts', 'first_calls') }} as zone
        on sites.iana_tz = zone.iana_tz
        and {{ tieout.half_hour('first_calls.start_ts') }} = zone.half_hour
    {% if is_incremental() %}
    union all
    select site_key, min(start_business_date)
    from {{ tieout.stored('core', 'fct_call') }}
    where call_key not in (select call_key from {{ ref('incoming_call') }})
    group by site_key
    {% endif %}
    {% for fact, days in standing.items() -%}
    union all
    select site_key, min(least({{ days | join(', ') }})) from {{ ref(fact) }} group by site_key
    {% endfor %}
),

first_told as (
    select site_key, min(business_date) as first_told_date
    from told
    group by site_key
),

first_days as (
    select site_key, min(business_date) as first_date
    from (
        select site_key, first_told_date as business_date from first_told
        union all
        select site_key, business_date from standing
    ) as every_day
    where business_date is not null
    group by site_key
),

spans as (
    select
        {{ tieout.dim_key(['sites.site']) }} as site_key,
        first_told.first_told_date,
        first_days.first_date,
        greatest(sites.horizon_date, first_days.first_date) as last_date
    from {{ source('config', 'site') }} as sites
    inner join first_days on {{ tieout.dim_key(['sites.site']) }} = first_days.site_key
    left join first_told on first_days.site_key = first_told.site_key
)

select * from spans
