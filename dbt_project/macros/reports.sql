{#- How a report of periods is made. Its event rows are a CTE named `behind`, one row per event and period, each measure
    in a column of the measure's name; `rolled` adds them up per row key, per shop and over all shops in one pass, so that
    distinct counts are right at every level; and a reader's drill is the rows of `behind` (REPORTS 0.2, C-24). -#}

{#- The business days that a report counts, in each period that it has rows for. -#}
{% macro reported_days() -%}
    select days.site_key, days.business_date, periods.period_grain, periods.period_start, periods.period_end
    from {{ ref('dim_site_day') }} as days
    inner join {{ ref('reporting_period_day') }} as periods on days.business_date = periods.business_date
    where periods.period_grain in ('day', 'month')
{%- endmacro %}

{#- `behind` added up: a row for each of its `keys` (the shop apart), one per shop, one over all shops. The last two exist
    for every period of `days`, whatever happened in it. Columns of `behind`: `sums` are added up, 0 where nothing is;
    `totals` likewise, NULL where nothing is; `distincts` are counted once per value; `aggregates` maps further columns to
    SQL over `columns`. `lacks` maps a word to a thing of core.site_lack: `<word>_missing` counts the shops without it,
    beside `sites`. `levels` are subsets of the keys by which a shop's rows are added up besides, the other keys NULL.
    Keys must not be NULL in `behind`. -#}
{% macro rolled(
    keys=[], sums=[], distincts=[], totals=[], aggregates={}, columns=[], lacks={}, levels=[], behind='behind', days='days'
) -%}
    {%- set measures = sums + totals + distincts + columns -%}
    {%- set period = ['period_grain', 'period_start', 'period_end'] -%}
    {%- set coarse = 'grouping(' ~ keys | join(') + grouping(') ~ ')' -%}
    select
        coalesce(events.site_key, -2) as site_key,
        period_grain,
        period_start,
        period_end,
        case
            when grouping(events.site_key) = 1 then 'total'
            {%- if keys %}
            when {{ coarse }} > 0 then 'subtotal'
            {%- endif %}
            else 'detail'
        end as row_type
        {%- for key in keys %},
        {{ key }}
        {%- endfor %}
        {%- for column in sums %},
        coalesce(sum({{ column }}), 0) as {{ column }}
        {%- endfor %}
        {%- for column in totals %},
        sum({{ column }}) as {{ column }}
        {%- endfor %}
        {%- for column in distincts %},
        count(distinct {{ column }}) as {{ column }}
        {%- endfor %}
        {%- for column, aggregate in aggregates.items() %},
        {{ aggregate }} as {{ column }}
        {%- endfor %}
        {%- for word in lacks %},
        count(distinct lacks_{{ word }}.site_key) as {{ word }}_missing
        {%- endfor %}
        {%- if lacks %},
        count(distinct events.site_key) as sites
        {%- endif %}
    from (
        select
            site_key, {{ period | join(', ') }}
            {%- for column in keys + measures %}, {{ column }}{% endfor %}, 1 as is_event
        from {{ behind }}
        union all
        select
            site_key, {{ period | join(', ') }}
            {%- for column in keys + measures %}, null{% endfor %}, 0
        from (select distinct site_key, {{ period | join(', ') }} from {{ days }}) as spine
    ) as events
    {%- for word, lack in lacks.items() %}
    left join {{ ref('site_lack') }} as lacks_{{ word }}
        on events.site_key = lacks_{{ word }}.site_key and lacks_{{ word }}.lack = '{{ lack }}'
    {%- endfor %}
    group by grouping sets (
        {%- if keys %}
        (events.site_key, {{ period | join(', ') }}, {{ keys | join(', ') }}),
        {%- endif %}
        {%- for level in levels %}
        (events.site_key, {{ period | join(', ') }}, {{ level | join(', ') }}),
        {%- endfor %}
        (events.site_key, {{ period | join(', ') }}),
        ({{ period | join(', ') }})
    )
    {%- if keys %}
    having {{ coarse }} = {{ keys | length }} or max(is_event) = 1
    {%- endif %}
{%- endmacro %}

{#- A measure that no shop of the row can have is NULL; `reason` says why in the column beside it. -#}
{% macro unless_lacking(word, value) -%}
    case when {{ word }}_missing < sites then {{ value }} end
{%- endmacro %}

{% macro null_reason(word, reason) -%}
    case when {{ word }}_missing = sites then '{{ reason }}' end
{%- endmacro %}

{#- The golden person of `key`, which `people` joins: himself where no other record is his, -1 where there is none. -#}
{% macro people(alias, key) -%}
    left join {{ ref('bridge_employee_identity') }} as {{ alias }} on {{ key }} = {{ alias }}.employee_key
{%- endmacro %}

{% macro person(alias, key) -%}
    coalesce({{ alias }}.golden_employee_key, {{ key }}, -1)
{%- endmacro %}

{#- One option of tieout.yml for the whole company. -#}
{% macro option(name, type) -%}
    (select cast(max(value) as {{ type }}) from {{ ref('cfg_report') }} where name = '{{ name }}' and site_key is null)
{%- endmacro %}

{#- Options as they hold at each shop, its own before the company's: a relation of site_key and one column per option. -#}
{% macro site_options(types) -%}
    (
        select sites.site_key
            {%- for name, type in types.items() %},
            cast(
                coalesce(
                    max(case when settings.site_key is not null and settings.name = '{{ name }}' then settings.value end),
                    max(case when settings.site_key is null and settings.name = '{{ name }}' then settings.value end)
                ) as {{ type }}
            ) as {{ name }}
            {%- endfor %}
        from {{ ref('dim_site') }} as sites
        inner join {{ ref('cfg_report') }} as settings
            on settings.site_key = sites.site_key or settings.site_key is null
        group by sites.site_key
    )
{%- endmacro %}

{#- The instant at which the clock of a time zone shows a time. -#}
{% macro instant(local_time, iana_tz) -%}
    timezone({{ iana_tz }}, {{ local_time }})
{%- endmacro %}

{#- A word in a `;`-separated text. -#}
{% macro has_word(words, word) -%}
    (';' || coalesce({{ words }}, '') || ';' like '%;' || {{ word }} || ';%')
{%- endmacro %}

{#- The wall clock of a time zone, for reports that are computed on read: facts take theirs from config.utc_offset. -#}
{% macro wall_clock(ts, iana_tz) -%}
    timezone({{ iana_tz }}, {{ ts }})
{%- endmacro %}

{#- Event rows of several steps in one relation: `parts` maps each step to the columns that it has of `columns`, and the
    others are NULL in its rows. -#}
{% macro stacked(columns, parts) -%}
    {%- set owners = {} -%}
    {%- for part, own in parts.items() -%}
        {%- for column in own if column not in owners -%}{%- do owners.update({column: part}) -%}{%- endfor -%}
    {%- endfor -%}
    {%- for part, own in parts.items() %}
    select
        {%- for column in columns %}
        {{ column if column in own else tieout.nothing_of(column, owners[column]) ~ ' as ' ~ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ part }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#- NULL in a union; PostgreSQL wants to know of which type where two parts of three have it. -#}
{% macro nothing_of(column, part) -%}
    {{ return(adapter.dispatch('nothing_of', 'tieout')(column, part)) }}
{%- endmacro %}

{% macro default__nothing_of(column, part) -%}
    null
{%- endmacro %}

{% macro postgres__nothing_of(column, part) -%}
    (select {{ column }} from {{ part }} limit 0)
{%- endmacro %}

{#- A count as readers get it. -#}
{% macro count_of(expression) -%}
    cast({{ expression }} as integer)
{%- endmacro %}

{#- A ratio of two counts or sums of whole numbers. -#}
{% macro ratio(numerator, denominator) -%}
    {{ tieout.div('cast(' ~ numerator ~ ' as decimal(18, 2))', 'cast(' ~ denominator ~ ' as decimal(18, 2))') }}
{%- endmacro %}

{#- Money per unit, or an average of counts: two decimals. -#}
{% macro per(numerator, denominator) -%}
    cast({{ tieout.div(
        'cast(' ~ numerator ~ ' as decimal(18, 4))', 'cast(' ~ denominator ~ ' as decimal(18, 4))', 2
    ) }} as decimal(14, 2))
{%- endmacro %}
