{#- What changed decides what is rebuilt. The touched sets live in schema `build`; a set is durable before any fact that
    it names is replaced, and is emptied only when the whole build has closed. -#}
{% macro touched_keys(name) -%}
    {{ return({
        'arrived_ro': ['ro_key'],
        'incoming_ro': ['ro_key'],
        'touched_ro': ['tie_key'],
        'touched_day': ['site_key', 'business_date'],
        'touched_period': ['site_key', 'period_grain', 'period_start'],
        'touched_call_day': ['site_key', 'business_date'],
        'touched_call_period': ['site_key', 'period_grain', 'period_start'],
        'incoming_tender': ['tender_key'],
        'incoming_call': ['call_key'],
        'touched_fact': ['fact_key'],
        'touched_member': ['subject', 'member_key'],
    }[name]) }}
{%- endmacro %}

{#- The rows of `alias` that this build recomputes; nothing on a full rebuild. `columns` are the alias's names for the
    set's keys where they differ. -#}
{% macro only_touched(name, columns=none) -%}
    {#- named outside the condition, or dbt would not know that the set comes first -#}
    {%- do ref(name) -%}
    {%- if is_incremental() -%}
        {%- set columns = columns or tieout.touched_keys(name) -%}
        ({{ columns | join(', ') }}) in (select {{ tieout.touched_keys(name) | join(', ') }} from {{ ref(name) }})
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{#- Incremental strategy `touched`: delete every stored row of the touched keys, then insert what they are now. A group
    that vanished leaves with its key, which delete+insert by unique key would leave behind. `meta.touched` names the
    set; `meta.touched_columns` the model's own names for its keys. -#}
{% macro get_incremental_touched_sql(arguments) -%}
    {%- set meta = config.get('meta', {}) -%}
    {%- set name = meta['touched'] -%}
    {%- set keys = tieout.touched_keys(name) -%}
    {%- set columns = meta.get('touched_columns', keys) -%}
    {%- set names = arguments['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    delete from {{ arguments['target_relation'] }}
    where ({{ columns | join(', ') }}) in (select {{ keys | join(', ') }} from {{ ref(name) }});
    insert into {{ arguments['target_relation'] }} ({{ names }})
    select {{ names }} from {{ arguments['temp_relation'] }};
{%- endmacro %}

{#- A relation as the last build left it, for the few steps that must see the old version before it is replaced. A plain
    name and not a ref: the relation is built later in the same graph. -#}
{% macro stored(schema, table) -%}
    {{ target.database }}.{{ schema }}.{{ table }}
{%- endmacro %}

{#- Incremental strategy `replaced`: the table holds what this build takes in or touches, and nothing of the last one. -#}
{% macro get_incremental_replaced_sql(arguments) -%}
    {%- set names = arguments['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    delete from {{ arguments['target_relation'] }};
    insert into {{ arguments['target_relation'] }} ({{ names }})
    select {{ names }} from {{ arguments['temp_relation'] }};
{%- endmacro %}

{#- Incremental strategy `accumulated`: what an unfinished build has touched stays touched until a build has closed. -#}
{% macro get_incremental_accumulated_sql(arguments) -%}
    {%- set names = arguments['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    insert into {{ arguments['target_relation'] }} ({{ names }})
    select {{ names }} from {{ arguments['temp_relation'] }}
    except
    select {{ names }} from {{ arguments['target_relation'] }};
{%- endmacro %}

{#- Incremental strategy `newer`: a row replaces the stored row of its key unless that one is newer by `source_order`.
    `meta.key` names the key. -#}
{% macro get_incremental_newer_sql(arguments) -%}
    {%- set key = config.get('meta', {})['key'] -%}
    {%- set names = arguments['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    delete from {{ arguments['target_relation'] }}
    where exists (
        select 1 from {{ arguments['temp_relation'] }} as incoming
        where incoming.{{ key }} = {{ arguments['target_relation'] }}.{{ key }}
        and incoming.source_order >= {{ arguments['target_relation'] }}.source_order
    );
    insert into {{ arguments['target_relation'] }} ({{ names }})
    select {{ names }} from {{ arguments['temp_relation'] }} as incoming
    where not exists (
        select 1 from {{ arguments['target_relation'] }} as stored_row
        where stored_row.{{ key }} = incoming.{{ key }}
    );
{%- endmacro %}

{#- Incremental strategy `differing`: the model is computed whole, and only rows that differ from the stored ones are
    written. For small relations whose rows may change for reasons that no touched set names (opening hours, settings). -#}
{% macro get_incremental_differing_sql(arguments) -%}
    {%- set names = arguments['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    {%- set target_relation = arguments['target_relation'] -%}
    {%- set temp_relation = arguments['temp_relation'] -%}
    delete from {{ target_relation }}
    where not exists (
        select 1 from {{ temp_relation }} as incoming
        where {% for column in arguments['dest_columns'] -%}
        incoming.{{ column.quoted }} is not distinct from {{ target_relation }}.{{ column.quoted }}{{ ' and ' if not loop.last }}
        {%- endfor %}
    );
    insert into {{ target_relation }} ({{ names }})
    select {{ names }} from {{ temp_relation }}
    except
    select {{ names }} from {{ target_relation }};
{%- endmacro %}
