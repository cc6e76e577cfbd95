{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set jobs = [
    'sold_jobs', 'declined_jobs', 'deferred_jobs', 'saved_jobs', 'open_jobs', 'recovered_jobs', 'presented_jobs'
] -%}
{% set amounts = ['sold_total', 'declined_total', 'deferred_total', 'saved_total', 'open_total', 'presented_total'] -%}
{% set shares = {
    'recovery_rate': ('recovered_jobs', 'deferred_jobs'),
    'lost_jobs_pct': ('declined_jobs', 'presented_jobs'),
    'lost_sales_pct': ('declined_total', 'presented_total'),
} -%}
with days as (
    {{ tieout.reported_days() }}
),

unquoted as (
    select site_key from {{ ref('site_lack') }} where lack = 'quotes'
),

-- a job that the same order sold under the same title was not put off: it is no row of deferred_job
presented as (
    select
        jobs.ro_key,
        jobs.decision,
        deferred.ro_job_key is not null as is_put_off,
        coalesce(deferred.is_recovered, false) as is_recovered,
        jobs.sold_amount,
        jobs.presented_parts + jobs.presented_labor + jobs.presented_sublet as total
    from {{ ref('fct_ro_job') }} as jobs
    left join {{ ref('deferred_job') }} as deferred on jobs.ro_job_key = deferred.ro_job_key
    where jobs.site_key not in (select site_key from unquoted)
    and (jobs.decision in ('sold', 'open') or deferred.ro_job_key is not null)
),

orders as (
    select
        ro_key,
        max(case when is_put_off then 1 else 0 end) as ros_with_deferred,
        sum(case when decision = 'sold' then 1 else 0 end) as sold_jobs,
        sum(case when decision = 'declined' then 1 else 0 end) as declined_jobs,
        sum(case when is_put_off then 1 else 0 end) as deferred_jobs,
        sum(case when decision = 'deferred' then 1 else 0 end) as saved_jobs,
        sum(case when decision = 'open' then 1 else 0 end) as open_jobs,
        sum(case when is_recovered then 1 else 0 end) as recovered_jobs,
        count(*) as presented_jobs,
        sum(case when decision = 'sold' then sold_amount end) as sold_total,
        sum(case when decision = 'declined' then total end) as declined_total,
        sum(case when is_put_off then total end) as deferred_total,
        sum(case when decision = 'deferred' then total end) as saved_total,
        sum(case when decision = 'open' then total end) as open_total,
        sum(total) as presented_total
    from presented
    group by ro_key
),

behind as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        sales.ro_key,
        sales.ro_number,
        sales.business_date,
        orders.ros_with_deferred
        {%- for column in jobs + amounts %},
        orders.{{ column }}
        {%- endfor %}
    from orders
    inner join {{ ref('ro_sale') }} as sales on orders.ro_key = sales.ro_key
    inner join days on sales.site_key = days.site_key and sales.business_date = days.business_date
),

rolled as (
    {{ tieout.rolled(sums=['ros_with_deferred'] + jobs + amounts, lacks={'quote': 'quotes'}) }}
),

final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        {% for column in ['ros_with_deferred'] + jobs[:-1] -%}
        {{ tieout.count_of(tieout.unless_lacking('quote', 'rolled.' ~ column)) }} as {{ column }},
        {% endfor -%}
        {% for column in amounts[:-1] -%}
        {{ tieout.money(tieout.unless_lacking('quote', 'rolled.' ~ column)) }} as {{ column }},
        {% endfor -%}
        {% for share, of in shares.items() -%}
        {{ tieout.unless_lacking('quote', tieout.ratio('rolled.' ~ of[0], 'rolled.' ~ of[1])) }} as {{ share }},
        {% endfor -%}
        {{ tieout.null_reason('quote', 'no_quote_source') }} as null_reason,
        {{ tieout.count_of('rolled.quote_missing') }} as sites_missing
    from rolled
)

select * from final
