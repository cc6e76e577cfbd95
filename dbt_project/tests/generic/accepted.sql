{#- Values outside a closed vocabulary, by column; NULL is outside of every vocabulary. -#}
{% test accepted(model, values, touched=none, matching=none) %}
{% for column, allowed in values.items() -%}
select '{{ column }}' as column_name, cast({{ column }} as varchar) as found, count(*) as rows_found
from {{ model }}
where {{ tieout.tested_rows(touched, matching) }}
and coalesce(cast({{ column }} as varchar) not in ('{{ allowed | join("', '") }}'), true)
group by {{ column }}
{{ 'union all' if not loop.last }}
{% endfor %}
{% endtest %}
