{#- Rows (or groups of `by`) whose parts do not sum to their total. An unknown part is no part: NULL fails. -#}
{% test parts_sum_to_total(model, total, parts, by=none, where='true', touched=none, matching=none) %}
with sums as (
    select
        {% if by is none %}*{% else %}{{ by | join(', ') }}{% endif %},
        {{ total }} as stated_total,
        ({{ parts | join(') + (') }}) as summed_parts
    from {{ model }}
    where {{ where }}
    and {{ tieout.tested_rows(touched, matching) }}
    {% if by is not none %}group by {{ by | join(', ') }}{% endif %}
)

select *
from sums
where stated_total is distinct from summed_parts
{% endtest %}
