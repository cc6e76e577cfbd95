{#- Opening hours of a site on a day: a date that the source states, then its weekday, then tieout.yml with its holiday
    calendar. `days` has site_key, business_date and weekday. `is_known`: somebody has said when the site is open. -#}
{% macro opening_hours(days) -%}
    select
        days.site_key,
        days.business_date,
        case
            when by_date.site_key is not null then by_date.opens
            when by_weekday.site_key is not null then by_weekday.opens
            else cast(configured.opens as time)
        end as open_time,
        case
            when by_date.site_key is not null then by_date.closes
            when by_weekday.site_key is not null then by_weekday.closes
            else cast(configured.closes as time)
        end as close_time,
        coalesce(by_date.is_holiday, by_weekday.is_holiday, holidays.site is not null) as is_holiday,
        coalesce(by_date.workday_weight, by_weekday.workday_weight, configured.workday_weight, 1) as workday_weight,
        (
            by_date.site_key is not null or by_weekday.site_key is not null or days.site_key in (
                select {{ tieout.dim_key(['site']) }} from {{ source('config', 'site_hours') }}
            )
        ) as is_known
    from {{ days }} as days
    left join {{ ref('dim_site_hours') }} as by_date
        on days.site_key = by_date.site_key
        and days.business_date = by_date.business_date
        and not by_date.is_deleted_at_source
    left join {{ ref('dim_site_hours') }} as by_weekday
        on days.site_key = by_weekday.site_key
        and days.weekday = by_weekday.weekday
        and by_weekday.business_date is null
        and not by_weekday.is_deleted_at_source
    left join {{ source('config', 'site_hours') }} as configured
        on days.site_key = {{ tieout.dim_key(['configured.site']) }}
        and days.weekday = configured.weekday
    left join {{ source('config', 'holiday') }} as holidays
        on days.site_key = {{ tieout.dim_key(['holidays.site']) }}
        and days.business_date = holidays.business_date
{%- endmacro %}
