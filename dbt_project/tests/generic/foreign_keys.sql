{#- Rows of which a key has no row in the relation that it points at; NULL points at nothing and fails too. `to` maps each
    column to the relation that has it as its own key, under the same name. -#}
{% test foreign_keys(model, to, touched=none, matching=none) %}
select {{ to.keys() | join(', ') }}
from {{ model }}
where {{ tieout.tested_rows(touched, matching) }}
and (
    {%- for column, parent in to.items() %}
    coalesce({{ column }} not in (select {{ column }} from {{ parent }} where {{ column }} is not null), true)
    {{- ' or' if not loop.last }}
    {%- endfor %}
)
{% endtest %}
