{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'touched_period'}
) }}

-- depends_on: {{ ref('touched_period') }}
{% set sums = [
    'ro_count', 'parts_non_tax', 'parts_taxable', 'labor_non_tax', 'labor_taxable', 'sublet_non_tax', 'sublet_taxable',
    'total_sales', 'parts_cost', 'labor_cost', 'sublet_cost', 'discounts', 'coupons', 'package_discounts',
    'package_adds', 'supplies_taxable', 'supplies_nontax', 'sales_tax', 'fees_nontax', 'card_upcharge',
    'total_other_sales', 'advance_pay', 'ar_pay', 'total_sales_and_other', 'cards', 'cash', 'check_amt', 'deposit',
    'total_pay', 'charged', 'store_credit_used', 'previous_advance_pay', 'payments_total', 'ro_total_sales',
    'total_sales_w_tax', 'cogs_parts_gross', 'cogs_parts_cost', 'labor_sales_gross', 'sublet_sales_gross',
    'discount_total', 'labor_lines', 'labor_lines_with_cost'
] %}
{% set block_sums = [
    'parts_non_tax', 'parts_taxable', 'parts_cost', 'labor_non_tax', 'labor_taxable', 'labor_cost', 'sublet_non_tax',
    'sublet_taxable', 'sublet_cost', 'labor_lines', 'labor_lines_with_cost'
] %}

-- additive sums of each stored period, per site and for all sites in the same pass
with period_days as (
    select period_grain, period_start, period_end, business_date
    from {{ ref('reporting_period_day') }}
    where period_grain in ('day', 'month')
    {% if is_incremental() %}
    and (period_grain, period_start) in (select period_grain, period_start from {{ ref('touched_period') }})
    {% endif %}
),

totals as materialized (
    select
        coalesce(days.site_key, -2) as site_key,
        period_days.period_grain,
        period_days.period_start,
        period_days.period_end,
        {% for column in sums -%}
        sum(days.{{ column }}) as {{ column }},
        {% endfor -%}
        sum(days.total_sales) as whole_sales
    from {{ ref('sales_summary_wide') }} as days
    inner join period_days on days.business_date = period_days.business_date
    group by grouping sets (
        (days.site_key, period_days.period_grain, period_days.period_start, period_days.period_end),
        (period_days.period_grain, period_days.period_start, period_days.period_end)
    )
),

group_names as (
    select distinct site_key, breakout_group from {{ ref('dim_breakout_group') }}
    union
    select cast(-2 as bigint) as site_key, breakout_group from {{ ref('dim_breakout_group') }}
),

block_totals as (
    select
        coalesce(days.site_key, -2) as site_key,
        period_days.period_grain,
        period_days.period_start,
        days.breakout_group,
        {% for column in block_sums -%}
        sum(days.{{ column }}) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('sales_breakout_day') }} as days
    inner join period_days on days.business_date = period_days.business_date
    group by grouping sets (
        (days.site_key, period_days.period_grain, period_days.period_start, days.breakout_group),
        (period_days.period_grain, period_days.period_start, days.breakout_group)
    )
),

-- a block per group of the site, empty ones too, and the lines that are in none
blocks as materialized (
    select
        totals.site_key,
        totals.period_grain,
        totals.period_start,
        totals.period_end,
        group_names.breakout_group,
        totals.whole_sales,
        {% for column in block_sums -%}
        coalesce(block_totals.{{ column }}, 0) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from totals
    inner join group_names on totals.site_key = group_names.site_key
    left join block_totals
        on totals.site_key = block_totals.site_key
        and totals.period_grain = block_totals.period_grain
        and totals.period_start = block_totals.period_start
        and group_names.breakout_group = block_totals.breakout_group
    union all
    select
        totals.site_key,
        totals.period_grain,
        totals.period_start,
        totals.period_end,
        'not_in_breakout' as breakout_group,
        totals.whole_sales,
        {% for column in block_sums -%}
        totals.{{ column }} - coalesce(block_totals.{{ column }}, 0) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from totals
    left join block_totals
        on totals.site_key = block_totals.site_key
        and totals.period_grain = block_totals.period_grain
        and totals.period_start = block_totals.period_start
        and block_totals.breakout_group = ''
),

method_totals as (
    select
        coalesce(tenders.site_key, -2) as site_key,
        period_days.period_grain,
        period_days.period_start,
        period_days.period_end,
        tenders.method_name,
        sum(tenders.amount) as amount
    from {{ ref('fct_tender') }} as tenders
    inner join period_days on tenders.business_date = period_days.business_date
    where tenders.kind in ('final', 'advance', 'ar_payment')
    and not tenders.is_void
    and not tenders.is_deleted_at_source
    and tenders.method not in ('cash', 'check', 'ar', 'store_credit')
    and {{ tieout.in_calendar('tenders.site_key', 'tenders.business_date') }}
    group by grouping sets (
        (
            tenders.site_key, period_days.period_grain, period_days.period_start, period_days.period_end,
            tenders.method_name
        ),
        (period_days.period_grain, period_days.period_start, period_days.period_end, tenders.method_name)
    )
),

-- every row of sums becomes a row per cell: its values as one list, unnested beside their numbers, which a small list
-- of names is joined to (a scan of the sums per cell costs three times as much)
whole_values as (
    select site_key, period_grain, period_start, period_end, {{ tieout.unnest_cells('whole') }}
    from totals
),

block_values as (
    select site_key, period_grain, period_start, period_end, breakout_group, {{ tieout.unnest_cells('breakout') }}
    from blocks
),

whole_names as (
    {{ tieout.cell_names('whole') }}
),

block_names as (
    {{ tieout.cell_names('breakout') }}
),

cells as (
    select
        cell_values.site_key, cell_values.period_grain, cell_values.period_start, cell_values.period_end,
        names.report_version, '' as breakout_group, names.section, names.row_code, names.column_code, names.unit,
        cell_values.value
    from whole_values as cell_values
    inner join whole_names as names on cell_values.cell = names.cell
    union all
    select
        cell_values.site_key, cell_values.period_grain, cell_values.period_start, cell_values.period_end,
        names.report_version, cell_values.breakout_group, names.section, names.row_code, names.column_code, names.unit,
        cell_values.value
    from block_values as cell_values
    inner join block_names as names on cell_values.cell = names.cell
    {%- for version, section in [('v1.31', 'payments'), ('v30', 'payment_types')] %}
    union all
    select
        site_key, period_grain, period_start, period_end, '{{ version }}', '',
        '{{ section }}', 'type:' || method_name, 'amount', 'money', cast(amount as decimal(18, 6))
    from method_totals
    {%- endfor %}
),

final as (
    select
        site_key,
        period_grain,
        period_start,
        period_end,
        case when site_key = -2 then 'total' else 'detail' end as row_type,
        report_version,
        breakout_group,
        section,
        row_code,
        column_code,
        section = 'sales' and row_code in ('discounts', 'coupons', 'package_discounts', 'package_adds') as is_memo,
        unit,
        value
    from cells
    where {{ tieout.only_touched('touched_period') }}
)

select * from final
