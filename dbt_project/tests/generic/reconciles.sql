{#- Keys on which two relations disagree: each side is summed by `keys` and compared measure by measure.
    `measures` maps an expression over this model to one over `to`; `keys` is a list, or such a map where names differ.
    A key that stands on one side only fails; with missing='zero' it stands for 0 there, which is what the absence of
    rows means in a sum (a day without breaks), and fails unless the other side is 0 too. -#}
{% test reconciles(
    model, to, keys, measures, where='true', to_where='true', missing='fail', touched=none, matching=none, to_matching=none
) %}
{%- set names = keys if keys is mapping else dict(zip(keys, keys)) -%}
with ours as (
    select
        {{ names.keys() | join(', ') }}
        {%- for expression in measures.keys() %}, ({{ expression }}) as measure_{{ loop.index }}{% endfor %}
    from {{ model }}
    where {{ where }}
    and {{ tieout.tested_rows(touched, matching) }}
),

theirs as (
    select
        {% for own, other in names.items() %}{{ other }} as {{ own }}, {% endfor %}
        {%- for expression in measures.values() %}
        ({{ expression }}) as measure_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ to }}
    where {{ to_where }}
    and {{ tieout.tested_rows(touched, to_matching or matching) }}
),

both_sides as (
    select
        {{ names.keys() | join(', ') }}, 1 as our_row, 0 as their_row
        {%- for _ in measures %}, measure_{{ loop.index }} as ours_{{ loop.index }}, null as theirs_{{ loop.index }}{% endfor %}
    from ours
    union all
    select
        {{ names.keys() | join(', ') }}, 0 as our_row, 1 as their_row
        {%- for _ in measures %}, null as ours_{{ loop.index }}, measure_{{ loop.index }} as theirs_{{ loop.index }}{% endfor %}
    from theirs
)

select
    {{ names.keys() | join(', ') }}, sum(our_row) as our_rows, sum(their_row) as their_rows
    {%- for _ in measures %}, sum(ours_{{ loop.index }}) as ours_{{ loop.index }}, sum(theirs_{{ loop.index }}) as theirs_{{ loop.index }}{% endfor %}
from both_sides
group by {{ names.keys() | join(', ') }}
having
    {% if missing == 'fail' %}sum(our_row) = 0 or sum(their_row) = 0{% else %}false{% endif %}
    {%- for _ in measures %}
    {%- if missing == 'fail' %}
    or sum(ours_{{ loop.index }}) is distinct from sum(theirs_{{ loop.index }})
    {%- else %}
    or coalesce(sum(ours_{{ loop.index }}), 0) is distinct from coalesce(sum(theirs_{{ loop.index }}), 0)
    {%- endif %}
    {%- endfor %}
{% endtest %}
