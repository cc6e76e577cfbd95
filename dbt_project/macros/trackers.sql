{#- The columns that the sales trackers share (REPORTS 3E.0): what each sale adds (core.tracker_ro), the work days of a row,
    and the figures of a row made of both. -#}

{#- The job of a line; one that is on none is a job of its own. -#}
{% macro line_job(alias='') -%}
    coalesce('job ' || {{ alias }}job_id, 'line ' || {{ alias }}source_entity_id)
{%- endmacro %}

{#- Whether a line adds or takes back: labor often has no quantity, then its hours or its price say so. -#}
{% macro line_direction() -%}
    case when is_return or coalesce(nullif(quantity, 0), nullif(hours_billed, 0), extended_gross) < 0 then -1 else 1 end
{%- endmacro %}

{#- Tires on a line; returned ones are negative however the source writes them. -#}
{% macro tire_units() -%}
    case
        when category <> 'TIRE' or line_type <> 'part' or quantity is null then 0
        when is_return then -abs(quantity)
        else quantity
    end
{%- endmacro %}

{#- Columns of `behind` by how `rolled` adds them up. -#}
{% macro tracker_sums() -%}
    {{ return([
        'net_sales', 'gross_sales', 'gross_profit', 'gross_profit_vendor', 'gross_profit_printed_literal', 'discounts',
        'tire_sales', 'tire_cost', 'tire_units', 'lof', 'inspections', 'sales_ex_refunds', 'time_hours', 'cards'
    ]) }}
{%- endmacro %}

{% macro tracker_totals() -%}
    {{ return([
        'quoting_sales', 'quoted_parts_labor', 'quoted_ex_refunds', 'quoted', 'presented', 'presented_sold'
    ]) }}
{%- endmacro %}

{% macro tracker_distincts() -%}
    {{ return(['ro_count', 'refund_ro_count', 'ro_count_ex_refunds', 'quoting_ros', 'quoting_ros_ex_refunds']) }}
{%- endmacro %}

{#- The measures of a row of core.tracker_ro under those names. -#}
{% macro tracker_measures(sales) -%}
    {%- for column in tieout.tracker_sums() + tieout.tracker_totals()
        if column not in ('sales_ex_refunds', 'quoted_ex_refunds', 'time_hours', 'cards') %}
    {{ sales }}.{{ column }},
    {%- endfor %}
    {{ sales }}.formula_family,
    {{ sales }}.counted_ro_key as ro_count,
    {{ sales }}.quoting_ro_key as quoting_ros,
    case when {{ sales }}.is_refund then {{ sales }}.ro_key end as refund_ro_count,
    case when not {{ sales }}.is_refund then {{ sales }}.ro_key end as ro_count_ex_refunds,
    case when not {{ sales }}.is_refund then {{ sales }}.quoting_ro_key end as quoting_ros_ex_refunds,
    case when not {{ sales }}.is_refund then {{ sales }}.net_sales end as sales_ex_refunds,
    case when not {{ sales }}.is_refund then {{ sales }}.quoted_parts_labor end as quoted_ex_refunds
{%- endmacro %}

{#- `behind` of a tracker added up per shop (and `keys`). -#}
{% macro tracker_rolled(keys=[]) -%}
    {{ tieout.rolled(
        keys=keys, sums=tieout.tracker_sums(), totals=tieout.tracker_totals(), distincts=tieout.tracker_distincts(),
        columns=['formula_family'], aggregates=tieout.families(), lacks={'quote': 'quotes', 'clock': 'timeclock'}
    ) }}
{%- endmacro %}

{#- Whether a row's sales are of one formula family (REPORTS 0.8): figures of two are not to be compared. -#}
{% macro families() -%}
    {{ return({'family_from': 'min(formula_family)', 'family_to': 'max(formula_family)'}) }}
{%- endmacro %}

{% macro family_columns(rows) -%}
    case when {{ rows }}.family_from = {{ rows }}.family_to then {{ rows }}.family_from end as formula_family,
    coalesce({{ rows }}.family_from <> {{ rows }}.family_to, false) as mixed_family_flag
{%- endmacro %}

{#- Work days of every shop and period, and of all shops together (days of shops): those that the period has had, and those
    of the whole months that it touches. -#}
{% macro work_days(days='days') -%}
    select
        coalesce(worked.site_key, -2) as site_key,
        worked.period_grain,
        worked.period_start,
        worked.period_end,
        cast(sum(worked.worked_days) as decimal(8, 2)) as worked_days,
        cast(sum(months.work_days) as decimal(8, 2)) as total_work_days
    from (
        select
            {{ days }}.site_key,
            {{ days }}.period_grain,
            {{ days }}.period_start,
            {{ days }}.period_end,
            sum(hours.workday_weight) as worked_days
        from {{ days }}
        inner join {{ ref('dim_site_day') }} as hours
            on {{ days }}.site_key = hours.site_key and {{ days }}.business_date = hours.business_date
        group by {{ days }}.site_key, {{ days }}.period_grain, {{ days }}.period_start, {{ days }}.period_end
    ) as worked
    left join (
        select periods.site_key, periods.period_start, periods.period_end, sum(work.work_days) as work_days
        from (select distinct site_key, period_start, period_end from {{ days }}) as periods
        inner join {{ ref('dim_site_month') }} as work
            on periods.site_key = work.site_key
            and work.month_start >= date_trunc('month', periods.period_start)
            and work.month_start <= periods.period_end
        group by periods.site_key, periods.period_start, periods.period_end
    ) as months
        on worked.site_key = months.site_key
        and worked.period_start = months.period_start
        and worked.period_end = months.period_end
    group by grouping sets (
        (worked.site_key, worked.period_grain, worked.period_start, worked.period_end),
        (worked.period_grain, worked.period_start, worked.period_end)
    )
{%- endmacro %}

{#- The figures of a tracker's row of `rolled`; `worked_days` is the SQL of the days that it has worked. -#}
{% macro tracker_figures(worked_days='work.worked_days', total_work_days='work.total_work_days') -%}
    {{ tieout.family_columns('rolled') }},
    {% for column in ['ro_count', 'refund_ro_count', 'ro_count_ex_refunds'] -%}
    {{ tieout.count_of('rolled.' ~ column) }} as {{ column }},
    {% endfor -%}
    {{ tieout.unless_lacking('quote', tieout.per('rolled.quoted_parts_labor', 'rolled.quoting_ros')) }} as avg_quote,
    {{ tieout.unless_lacking('quote', tieout.per('rolled.quoted_ex_refunds', 'rolled.quoting_ros_ex_refunds')) }}
        as avg_quote_ex_refunds,
    {{ tieout.per('rolled.net_sales', 'rolled.ro_count') }} as avg_ro,
    {{ tieout.per('rolled.sales_ex_refunds', 'rolled.ro_count_ex_refunds') }} as avg_ro_ex_refunds,
    {% for column in tieout.tracker_sums()[:5] -%}
    {{ tieout.money('rolled.' ~ column) }} as {{ column }},
    {% endfor -%}
    {{ tieout.ratio('rolled.gross_profit - rolled.tire_sales', 'rolled.gross_sales - rolled.tire_sales') }}
        as gp_pct_ex_tires_vendor,
    {{ tieout.ratio(
        'rolled.gross_profit - (rolled.tire_sales - rolled.tire_cost)', 'rolled.net_sales - rolled.tire_sales'
    ) }} as gp_pct_ex_tires,
    {{ tieout.unless_lacking('quote', tieout.ratio('rolled.quoting_sales', 'rolled.quoted')) }} as close_pct_vendor,
    {{ tieout.unless_lacking('quote', tieout.ratio('rolled.presented_sold', 'rolled.presented')) }} as close_pct,
    {{ tieout.null_reason('quote', 'no_quote_source') }} as null_reason,
    {{ tieout.count_of('rolled.quote_missing') }} as sites_missing,
    {{ tieout.money('rolled.tire_sales') }} as tire_sales,
    cast(rolled.tire_units as decimal(12, 2)) as tire_units,
    {{ tieout.count_of('rolled.lof') }} as lof,
    {{ tieout.count_of('rolled.inspections') }} as inspections,
    {{ tieout.money('rolled.discounts') }} as discounts,
    cast({{ worked_days }} as decimal(8, 2)) as worked_days,
    cast({{ total_work_days }} as decimal(8, 2)) as total_work_days,
    {{ tieout.per('rolled.gross_sales * ' ~ total_work_days, worked_days) }} as tracking,
    {{ tieout.unless_lacking('clock', tieout.hours('rolled.time_hours')) }} as time_hours,
    {{ tieout.unless_lacking('clock', tieout.count_of('rolled.cards')) }} as cards,
    {{ tieout.null_reason('clock', 'no_time_clock') }} as time_null_reason,
    {{ tieout.count_of('rolled.clock_missing') }} as time_sites_missing
{%- endmacro %}

{#- Time cards of the days asked for, with the golden person; those of one role only where it is named. -#}
{% macro clocked(person_key, role=none, days='days') -%}
    select
        {{ days }}.site_key,
        {{ days }}.period_grain,
        {{ days }}.period_start,
        {{ days }}.period_end,
        {{ tieout.person('persons', 'punched.employee_key') }} as {{ person_key }},
        punched.time_card_key,
        punched.business_date,
        coalesce(
            punched.hours,
            {{ tieout.hours(tieout.div(
                'cast(' ~ tieout.seconds_between('punched.in_ts', 'punched.out_ts') ~ ' as decimal(18, 0))',
                'cast(3600 as decimal(18, 0))'
            )) }},
            0
        ) as time_hours,
        1 as cards
    from {{ ref('fct_time_card') }} as punched
    inner join {{ days }}
        on punched.site_key = {{ days }}.site_key and punched.business_date = {{ days }}.business_date
    {{ tieout.people('persons', 'punched.employee_key') }}
    {%- if role %}
    inner join {{ ref('dim_employee') }} as roles
        on {{ tieout.person('persons', 'punched.employee_key') }} = roles.employee_key and roles.role = '{{ role }}'
    {%- endif %}
    where not punched.is_deleted_at_source
{%- endmacro %}

{#- Days on which a person did something at a shop: a time card, or an order closed as advisor. -#}
{% macro active_days() -%}
    select
        site_key, period_grain, period_start, period_end, advisor_key, count(distinct business_date) as active_days
    from behind
    group by site_key, period_grain, period_start, period_end, advisor_key
{%- endmacro %}
