-- Every additive cell of the long report, of one site and of all sites, of days and months, is the sum of the wide
-- report's days. The two are written apart and read apart; a reader who adds up one must find the other.
{% set cells = tieout.summary_cells() %}
{% set whole_period = {'period_grain': 'period_grain', 'period_start': 'period_start'} %}
with period_days as (
    select period_grain, period_start, business_date
    from {{ ref('reporting_period_day') }}
    where period_grain in ('day', 'month')
    and {{ tieout.tested_rows('touched_period', whole_period) }}
),

sums as (
    select
        coalesce(days.site_key, -2) as site_key,
        period_days.period_grain,
        period_days.period_start
        {%- for column in cells.values() | unique %},
        sum(days.{{ column }}) as {{ column }}
        {%- endfor %}
    from {{ ref('sales_summary_wide') }} as days
    inner join period_days on days.business_date = period_days.business_date
    group by grouping sets (
        (days.site_key, period_days.period_grain, period_days.period_start),
        (period_days.period_grain, period_days.period_start)
    )
),

wide as (
    {% for cell, column in cells.items() -%}
    select
        site_key, period_grain, period_start, '{{ cell | join('/') }}' as cell,
        cast({{ column }} as decimal(18, 6)) as amount
    from sums
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

long as (
    select
        site_key, period_grain, period_start, section || '/' || row_code || '/' || column_code as cell,
        min(value) as lowest, max(value) as highest
    from {{ ref('sales_summary') }}
    where breakout_group = ''
    and section || '/' || row_code || '/' || column_code in (
        {%- for cell in cells %}'{{ cell | join('/') }}'{{ ', ' if not loop.last }}{% endfor -%}
    )
    and {{ tieout.tested_rows('touched_period', whole_period) }}
    group by 1, 2, 3, 4
)

select wide.*, long.*
from wide
full outer join long
    on wide.site_key = long.site_key
    and wide.period_grain = long.period_grain
    and wide.period_start = long.period_start
    and wide.cell = long.cell
where wide.amount is distinct from long.lowest
or wide.amount is distinct from long.highest
