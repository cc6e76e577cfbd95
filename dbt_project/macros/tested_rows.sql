{#- Which rows of a stored relation a data test looks at. The nightly build changes a few days of years, so its tests
    judge those: rows whose key is in the touched set named `touched`. Where that set is empty (a full build, a
    `dbt test` after a build has closed and emptied it) nothing says what changed, and every row is judged.
    `matching` maps the relation's columns to the set's where they differ, or are fewer.
    The nightly build asks first whether the set is empty, and leaves the marked words out where it is not
    (orchestration/data_tests.py): DuckDB then passes over what lies far from the touched days. -#}
{% macro tested_rows(touched=none, matching=none) -%}
    {%- if touched is none -%}
        true
    {%- else -%}
        {%- set own, theirs = [], [] -%}
        {%- for column in tieout.touched_keys(touched) if matching is none -%}
            {%- do own.append(column) -%}{%- do theirs.append(column) -%}
        {%- endfor -%}
        {%- for column, key in (matching or {}).items() -%}
            {%- do own.append(column) -%}{%- do theirs.append(key) -%}
        {%- endfor -%}
        (
            /* unless {{ touched }} */ not exists (select 1 from {{ ref(touched) }}) or /* */
            ({{ own | join(', ') }}) in (select {{ theirs | join(', ') }} from {{ ref(touched) }})
        )
    {%- endif -%}
{%- endmacro %}
