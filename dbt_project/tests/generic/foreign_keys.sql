{#- Rows whose key has no row in the relation it points at; NULL points at nothing and fails too. `to` maps each column to
    the relation that has it as its own key, under the same name. -#}
{% test foreign_keys(model, to, touched=none, matching=none) %}
{% for column, parent in to.items() -%}
select '{{ column }}' as column_name, cast({{ column }} as varchar) as orphan
from {{ model }} as children
where {{ tieout.tested_rows(touched, matching) }}
and not exists (select 1 from {{ parent }} as parents where parents.{{ column }} = children.{{ column }})
{{ 'union all' if not loop.last }}
{% endfor %}
{% endtest %}
