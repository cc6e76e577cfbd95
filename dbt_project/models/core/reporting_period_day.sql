{{ config(materialized='incremental', incremental_strategy='differing') }}

-- Every period that a business day belongs to, so that a report joins periods by equality.
with days as (
    select business_date, week_start from {{ source('config', 'calendar') }}
),

periods as (
    select 'day' as period_grain, business_date as period_start, business_date as period_end, business_date from days
    union all
    select
        'week', week_start, cast(week_start + interval '6' day as date), business_date
    from days
    {% for grain in ['month', 'quarter', 'year'] -%}
    union all
    select
        '{{ grain }}',
        cast(date_trunc('{{ grain }}', business_date) as date),
        cast(
            date_trunc('{{ grain }}', business_date)
            + interval '{{ {"month": "1", "quarter": "3", "year": "12"}[grain] }}' month - interval '1' day as date
        ),
        business_date
    from days
    {% endfor %}
)

select * from periods
