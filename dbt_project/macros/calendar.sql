{#- Whether a day is one of its site's days: from its first data to the day of the last pull. What is dated later (a
    post-dated check, a year that was mistyped) is kept in the facts and counts when its day has come. -#}
{% macro in_calendar(site_key, business_date) -%}
    ({{ site_key }}, {{ business_date }}) in (select site_key, business_date from {{ ref('dim_site_day') }})
{%- endmacro %}
