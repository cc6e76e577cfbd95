{#- One row per member of a `;`-separated text. -#}
{% macro unnest_list(column) -%}
    {{ return(adapter.dispatch('unnest_list', 'tieout')(column)) }}
{%- endmacro %}

{% macro default__unnest_list(column) -%}
    unnest(string_split({{ column }}, ';'))
{%- endmacro %}

{% macro postgres__unnest_list(column) -%}
    unnest(string_to_array({{ column }}, ';'))
{%- endmacro %}

{#- One row per value; lists of the same length beside each other go in step. -#}
{% macro unnest_values(values) -%}
    unnest(array[{{ values | join(', ') }}])
{%- endmacro %}

{#- The value of the row that comes first by `ordering`. -#}
{% macro first_of(value, ordering) -%}
    {{ return(adapter.dispatch('first_of', 'tieout')(value, ordering)) }}
{%- endmacro %}

{% macro default__first_of(value, ordering) -%}
    arg_min({{ value }}, {{ ordering }})
{%- endmacro %}

{% macro postgres__first_of(value, ordering) -%}
    (array_agg({{ value }} order by {{ ordering }}))[1]
{%- endmacro %}

{#- The value of the row that comes last by `ordering`. -#}
{% macro last_of(value, ordering) -%}
    {{ return(adapter.dispatch('last_of', 'tieout')(value, ordering)) }}
{%- endmacro %}

{% macro default__last_of(value, ordering) -%}
    arg_max({{ value }}, {{ ordering }})
{%- endmacro %}

{% macro postgres__last_of(value, ordering) -%}
    (array_agg({{ value }} order by {{ ordering }} desc) filter (where {{ value }} is not null))[1]
{%- endmacro %}

{#- A JSON text of names and values; values that are NULL stay as null, so that evidence has one shape per cause. -#}
{% macro json_of(pairs) -%}
    {{ return(adapter.dispatch('json_of', 'tieout')(pairs)) }}
{%- endmacro %}

{% macro default__json_of(pairs) -%}
    cast(json_object({% for name, value in pairs.items() %}'{{ name }}', cast({{ value }} as varchar){{ ', ' if not loop.last }}{% endfor %}) as varchar)
{%- endmacro %}

{% macro postgres__json_of(pairs) -%}
    cast(json_build_object({% for name, value in pairs.items() %}'{{ name }}', cast({{ value }} as varchar){{ ', ' if not loop.last }}{% endfor %}) as varchar)
{%- endmacro %}

{#- The values of a group as one text. -#}
{% macro joined(value, separator, ordering) -%}
    string_agg({{ value }}, '{{ separator }}' order by {{ ordering }})
{%- endmacro %}

{#- One key of a group, the same one in every build; NULL when the group has none. -#}
{% macro one_key(key) -%}
    {{ return(adapter.dispatch('one_key', 'tieout')(key)) }}
{%- endmacro %}

{% macro default__one_key(key) -%}
    max({{ key }})
{%- endmacro %}

{% macro postgres__one_key(key) -%}
    cast(max(cast({{ key }} as varchar)) as uuid)
{%- endmacro %}
