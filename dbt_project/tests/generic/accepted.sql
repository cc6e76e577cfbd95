{#- Rows with a value outside a closed vocabulary, by column; NULL is outside of every vocabulary. -#}
{% test accepted(model, values, touched=none, matching=none) %}
select {{ values.keys() | join(', ') }}
from {{ model }}
where {{ tieout.tested_rows(touched, matching) }}
and (
    {%- for column, allowed in values.items() %}
    coalesce(cast({{ column }} as varchar) not in ('{{ allowed | join("', '") }}'), true)
    {{- ' or' if not loop.last }}
    {%- endfor %}
)
{% endtest %}
