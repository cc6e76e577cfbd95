-- Every additive cell of the long report, of one site and of all sites, of days and months, is the sum of the wide
-- report's days. The two are written apart and read apart; a reader who adds up one must find the other.
{% set cells = {
    ('sales', 'parts', 'non_tax'): 'parts_non_tax', ('sales', 'parts', 'taxable'): 'parts_taxable',
    ('sales', 'labor', 'non_tax'): 'labor_non_tax', ('sales', 'labor', 'taxable'): 'labor_taxable',
    ('sales', 'sublet', 'non_tax'): 'sublet_non_tax', ('sales', 'sublet', 'taxable'): 'sublet_taxable',
    ('sales', 'total', 'total'): 'total_sales', ('sales', 'discounts', 'total'): 'discounts',
    ('sales', 'coupons', 'total'): 'coupons', ('sales', 'package_discounts', 'total'): 'package_discounts',
    ('sales', 'package_adds', 'total'): 'package_adds', ('gross_profit', 'parts', 'cost'): 'parts_cost',
    ('gross_profit', 'labor', 'cost'): 'labor_cost', ('gross_profit', 'sublet', 'cost'): 'sublet_cost',
    ('other_charges', 'taxable_supplies', 'amount'): 'supplies_taxable',
    ('other_charges', 'non_tax_supplies', 'amount'): 'supplies_nontax',
    ('other_charges', 'sales_tax', 'amount'): 'sales_tax', ('other_charges', 'other_taxes_fees', 'amount'): 'fees_nontax',
    ('other_charges', 'credit_charges', 'amount'): 'card_upcharge',
    ('other_charges', 'total_other_sales', 'amount'): 'total_other_sales',
    ('other_receipts', 'advance_pay', 'amount'): 'advance_pay', ('other_receipts', 'ar_pay', 'amount'): 'ar_pay',
    ('other_receipts', 'total_sales_and_other', 'amount'): 'total_sales_and_other',
    ('payments', 'total_cards', 'amount'): 'cards', ('payments', 'cash', 'amount'): 'cash',
    ('payments', 'check', 'amount'): 'check_amt', ('payments', 'deposit', 'amount'): 'deposit',
    ('payments', 'total_pay', 'amount'): 'total_pay', ('payments', 'charged', 'amount'): 'charged',
    ('payments', 'store_credit_used', 'amount'): 'store_credit_used',
    ('payments', 'previous_advance_pay', 'amount'): 'previous_advance_pay',
    ('payments', 'total', 'amount'): 'payments_total', ('ro_summary', 'ro_count', 'amount'): 'ro_count',
    ('ro_summary', 'total_sales', 'amount'): 'ro_total_sales', ('ro_summary', 'total_tax', 'amount'): 'sales_tax',
    ('ro_summary', 'total_sales_w_tax', 'amount'): 'total_sales_w_tax'
} %}
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
