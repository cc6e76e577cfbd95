{#- Rows in which any of the columns is NULL. -#}
{% test not_null_columns(model, columns, where='true', touched=none, matching=none) %}
select {{ columns | join(', ') }}
from {{ model }}
where {{ where }}
and {{ tieout.tested_rows(touched, matching) }}
and ({% for column in columns %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %})
{% endtest %}
