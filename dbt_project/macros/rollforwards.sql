{#- How a balance is rolled forward: its opening balance, what moved it each day, and what is open by then. -#}

{#- Whether an event is of the days after the opening balance, which holds all before. -#}
{% macro after_opening(events='events') -%}
    {{ events }}.business_date > opened.opened_date or opened.opened_date is null
{%- endmacro %}

{#- Every day of the calendar with what moved on it, and the days before it that something moved on. -#}
{% macro balance_days(moved, sums) -%}
balance_days as (
    select
        coalesce(days.site_key, {{ moved }}.site_key) as site_key,
        coalesce(days.business_date, {{ moved }}.business_date) as business_date
        {%- for column in sums %},
        coalesce({{ moved }}.{{ column }}, 0) as {{ column }}
        {%- endfor %}
    from {{ ref('dim_site_day') }} as days
    full join {{ moved }} on days.site_key = {{ moved }}.site_key and days.business_date = {{ moved }}.business_date
)
{%- endmacro %}
