{{ config(incremental_strategy='accumulated') }}

-- Before any of these facts is replaced: their rows that this build takes in, as they stood and as they come.
{% set facts = tieout.arriving_facts() -%}
{% if is_incremental() %}
with rows_of as (
    {% for entity, fact in facts.items() -%}
    {% for dates in (fact['dates'] or [none]) -%}
    {% set columns -%}
        {{ fact['key'] }} as fact_key, {{ 'ro_key' if fact['order'] else 'cast(null as uuid) as ro_key' }},
        {{ 'site_key, ' ~ dates if dates else 'cast(null as bigint) as site_key, cast(null as date)' }} as business_date
    {%- endset -%}
    select '{{ entity }}' as entity, {{ columns }}
    from {{ ref('int_' ~ entity) }}
    union
    select '{{ entity }}' as entity, {{ columns }}
    from {{ tieout.stored('core', fact['fact']) }}
    where {{ fact['key'] }} in (select {{ fact['key'] }} from {{ ref('int_' ~ entity) }})
    {{ 'union' if not loop.last }}
    {% endfor -%}
    {{ 'union' if not loop.last }}
    {% endfor -%}
)
{% else %}
{%- for entity in facts %}
-- depends_on: {{ ref('int_' ~ entity) }}
{%- endfor %}
with rows_of as (
    select
        cast(null as varchar) as entity, cast(null as uuid) as fact_key, cast(null as uuid) as ro_key,
        cast(null as bigint) as site_key, cast(null as date) as business_date
    where false
)
{% endif %}

select * from rows_of
