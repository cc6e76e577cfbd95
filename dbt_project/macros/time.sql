{#- Instants are UTC; a local time is the instant plus the zone's offset of its half hour (config.utc_offset), an
    equality join: a time zone conversion per row costs twenty times as much. -#}
{% macro half_hour(ts) -%}
    {{ return(adapter.dispatch('half_hour', 'tieout')(ts)) }}
{%- endmacro %}

{% macro default__half_hour(ts) -%}
    (epoch_us({{ ts }}) // 1800000000)
{%- endmacro %}

{% macro postgres__half_hour(ts) -%}
    cast(floor(extract(epoch from {{ ts }}) / 1800) as bigint)
{%- endmacro %}

{#- The offsets of the half hours in which rows of `relation` have their `instant`, and no others: DuckDB would hash
    thirty years of them for a day's rows. -#}
{% macro offsets_at(instant, relation) -%}
    (
        select iana_tz, half_hour, offset_minutes
        from {{ source('config', 'utc_offset') }}
        where half_hour in (select {{ tieout.half_hour(instant) }} from {{ relation }})
    )
{%- endmacro %}

{#- The wall clock of a site, a TIMESTAMP without zone. -#}
{% macro local_time(ts, offset_minutes) -%}
    {{ return(adapter.dispatch('local_time', 'tieout')(ts, offset_minutes)) }}
{%- endmacro %}

{% macro default__local_time(ts, offset_minutes) -%}
    make_timestamp(epoch_us({{ ts }}) + cast({{ offset_minutes }} as bigint) * 60000000)
{%- endmacro %}

{% macro postgres__local_time(ts, offset_minutes) -%}
    (({{ ts }} at time zone 'UTC') + {{ offset_minutes }} * interval '1 minute')
{%- endmacro %}

{% macro business_date(ts, offset_minutes, cutoff_minutes) -%}
    cast({{ tieout.local_time(ts, '(' ~ offset_minutes ~ ' - ' ~ cutoff_minutes ~ ')') }} as date)
{%- endmacro %}

{% macro seconds_between(earlier, later) -%}
    {{ return(adapter.dispatch('seconds_between', 'tieout')(earlier, later)) }}
{%- endmacro %}

{% macro default__seconds_between(earlier, later) -%}
    cast((epoch_us({{ later }}) - epoch_us({{ earlier }})) // 1000000 as integer)
{%- endmacro %}

{% macro postgres__seconds_between(earlier, later) -%}
    cast(floor(extract(epoch from {{ later }} - {{ earlier }})) as integer)
{%- endmacro %}

{% macro minutes_between(opens, closes) -%}
    (
        extract(hour from {{ closes }}) * 60 + extract(minute from {{ closes }})
        - extract(hour from {{ opens }}) * 60 - extract(minute from {{ opens }})
    )
{%- endmacro %}
