{#- Business seconds of a shop from its first day up to an instant: what lies between two instants is a difference. `local`
    is the shop's wall clock, `hours` the last row of core.business_calendar up to its date. Nothing before the first. -#}
{% macro business_seconds_at(local, hours) -%}
    coalesce(
        {{ hours }}.open_minutes_before * 60 + case
            when not {{ hours }}.is_open then 0
            when cast({{ local }} as date) > {{ hours }}.business_date then {{ hours }}.open_minutes * 60
            else greatest(0, least(
                {{ hours }}.open_minutes * 60,
                {{ tieout.seconds_of_day(local) }} - {{ tieout.seconds_of_day(hours ~ '.open_time') }}
            ))
        end, 0
    )
{%- endmacro %}

{% macro seconds_of_day(clock) -%}
    cast(extract(hour from {{ clock }}) * 3600 + extract(minute from {{ clock }}) * 60
        + floor(extract(second from {{ clock }})) as bigint)
{%- endmacro %}

{#- The day of a shop's calendar that an instant falls on, or its last one before: `instants` has site_key and the instant
    `ts`; gives business_seconds for each distinct one. Needs dim_site and business_calendar. -#}
{% macro business_seconds(instants) -%}
    select
        told.site_key,
        told.ts,
        {{ tieout.business_seconds_at('told.local_ts', 'hours') }} as business_seconds
    from (
        select
            instants.site_key,
            instants.ts,
            {{ tieout.wall_clock('instants.ts', 'sites.iana_tz') }} as local_ts,
            least(
                cast({{ tieout.wall_clock('instants.ts', 'sites.iana_tz') }} as date), spans.last_date
            ) as calendar_date
        from (select distinct site_key, ts from {{ instants }} where ts is not null) as instants
        inner join {{ ref('dim_site') }} as sites on instants.site_key = sites.site_key
        left join (
            select site_key, max(business_date) as last_date from {{ ref('business_calendar') }} group by site_key
        ) as spans on instants.site_key = spans.site_key
    ) as told
    left join {{ ref('business_calendar') }} as hours
        on told.site_key = hours.site_key and told.calendar_date = hours.business_date
{%- endmacro %}

{#- The middle value of a group, of an even number the mean of the two in the middle. -#}
{% macro median(value) -%}
    {{ return(adapter.dispatch('median', 'tieout')(value)) }}
{%- endmacro %}

{% macro default__median(value) -%}
    median({{ value }})
{%- endmacro %}

{% macro postgres__median(value) -%}
    percentile_cont(0.5) within group (order by {{ value }})
{%- endmacro %}
