{{ config(incremental_strategy='accumulated') }}

-- depends_on: {{ ref('incoming_ro') }}
-- Before any of these facts is replaced: the rows that this build takes in, with the days on which they stood.
{% set facts = tieout.arriving_facts() -%}
{% if is_incremental() %}
with rows_of as (
    {% for entity, fact in facts.items() -%}
    {% for date_column in (fact['dates'] or [none]) -%}
    select
        '{{ entity }}' as entity,
        arrived._key as fact_key,
        {{ 'stored_fact.ro_key' if fact['order'] else 'cast(null as uuid)' }} as ro_key,
        {{ 'stored_fact.site_key' if date_column else 'cast(null as bigint)' }} as site_key,
        {{ 'stored_fact.' ~ date_column if date_column else 'cast(null as date)' }} as business_date
    from ({{ tieout.union_feeds(entity, []) }}) as arrived
    left join {{ tieout.stored('core', fact['fact']) }} as stored_fact on arrived._key = stored_fact.{{ fact['key'] }}
    {{ 'union' if not loop.last }}
    {% endfor -%}
    {{ 'union' if not loop.last }}
    {% endfor -%}
    {% for entity, fact in facts.items() if fact['moves'] -%}
    {% for date_column in fact['dates'] -%}
    union
    -- what names no site moves with its repair order
    select '{{ entity }}', {{ fact['key'] }}, ro_key, site_key, {{ date_column }}
    from {{ tieout.stored('core', fact['fact']) }}
    where ro_key in (select ro_key from {{ ref('incoming_ro') }}) and site_basis is distinct from 'source'
    {% endfor -%}
    {% endfor -%}
)
{% else %}
{%- for entity in facts %}
{%- for kind, model in tieout.feeds(entity).items() if kind == 'files' or kind in var('kinds') %}
-- depends_on: {{ ref(model) }}
{%- endfor %}
{%- endfor %}
with rows_of as (
    select
        cast(null as varchar) as entity, cast(null as uuid) as fact_key, cast(null as uuid) as ro_key,
        cast(null as bigint) as site_key, cast(null as date) as business_date
    where false
)
{% endif %}

select * from rows_of
