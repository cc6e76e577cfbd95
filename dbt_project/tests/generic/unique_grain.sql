{#- Rows that share a key, and rows without one; `nullable` names key columns that may be NULL and then count as equal. -#}
{% test unique_grain(model, columns, nullable=[], touched=none, matching=none) %}
select {{ columns | join(', ') }}, count(*) as rows_found
from {{ model }}
where {{ tieout.tested_rows(touched, matching) }}
group by {{ columns | join(', ') }}
having count(*) > 1
{%- for column in columns if column not in nullable %}
or {{ column }} is null
{%- endfor %}
{% endtest %}
