{#- Whether a day is one of its site's days: from its first data to the day of the last pull. What is dated later (a
    post-dated check, a year that was mistyped) is kept in the facts and counts when its day has come. -#}
{% macro in_calendar(site_key, business_date) -%}
    ({{ site_key }}, {{ business_date }}) in (select site_key, business_date from {{ ref('dim_site_day') }})
{%- endmacro %}

{#- The days that the calendar gains, and those that it loses: what was its first data is of another day now. -#}
{% macro calendar_changes() -%}
    select coalesce(days.site_key, known.site_key), coalesce(days.business_date, known.business_date)
    from (
        select spans.site_key, calendar.business_date
        from {{ ref('calendar_span') }} as spans
        inner join {{ source('config', 'calendar') }} as calendar
            on calendar.business_date between spans.first_date and spans.last_date
    ) as days
    full join {{ tieout.stored('core', 'dim_site_day') }} as known
        on days.site_key = known.site_key and days.business_date = known.business_date
    where days.site_key is null or known.site_key is null
{%- endmacro %}
