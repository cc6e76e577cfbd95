{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{#- Each measure: the report that owns it, and the others that print it. -#}
{% set measures = {
    'sales before tax': ('ro_summary.total_ex_tax', {
        'site_comparison_tracker': 'net_sales', 'advisor_sales_tracker': 'net_sales',
        'service_writer_summary': 'total_ex_tax', 'sales_summary_wide': 'total_ex_tax'
    }),
    'orders': ('ro_summary.closed', {
        'site_comparison_tracker': 'ro_count', 'advisor_sales_tracker': 'ro_count', 'service_writer_summary': 'ros',
        'sales_summary_wide': 'ro_count'
    }),
    'gross sales': ('site_comparison_tracker.gross_sales', {
        'advisor_sales_tracker': 'gross_sales', 'service_writer_summary': 'gross_sales', 'store_report': 'gross_sales'
    }),
    'gross profit': ('site_comparison_tracker.gross_profit', {
        'advisor_sales_tracker': 'gross_profit', 'store_report': 'gross_profit'
    }),
    'vendor gross profit': ('site_comparison_tracker.gross_profit_vendor', {
        'advisor_sales_tracker': 'gross_profit_vendor', 'service_writer_summary': 'gross_profit_vendor'
    }),
    'ro total sales': ('sales_summary_wide.ro_total_sales', {'sales_summary_wide': 'sales_supplies_upcharge'}),
    'total sales': ('sales_summary_wide.total_sales', {'recon_sales_payments': 'total_sales'}),
    'total sales and other': ('sales_summary_wide.total_sales_and_other', {
        'recon_sales_payments': 'total_sales_and_other'
    }),
    'payments total': ('sales_summary_wide.payments_total', {'recon_sales_payments': 'payments_total'})
} -%}
{% set of_shop = {
    'ro_summary': 'detail', 'site_comparison_tracker': 'detail', 'advisor_sales_tracker': 'subtotal',
    'service_writer_summary': 'subtotal', 'store_report': 'detail'
} -%}
-- One measure is the same in every report that prints it, for the same shop and day. Sales by the day of the close are
-- compared with sales by another day only where the option date_basis says that these are the same, and counts of
-- orders only where refunds are among them everywhere.
with days as (
    select
        days.site_key,
        days.business_date,
        options.date_basis = 'closed' as is_by_close,
        options.include_refund_ros
    from {{ ref('dim_site_day') }} as days
    inner join {{ tieout.site_options({'date_basis': 'varchar', 'include_refund_ros': 'boolean'}) }} as options
        on days.site_key = options.site_key
),

{% for report, row_type in of_shop.items() -%}
{{ report }} as (
    select *, period_start as business_date
    from {{ ref(report) }}
    where period_grain = 'day' and row_type = '{{ row_type }}'
),

{% endfor -%}
sales_summary_wide as (
    select
        *,
        total_sales_w_tax - sales_tax as total_ex_tax,
        total_sales + supplies_taxable + supplies_nontax + card_upcharge as sales_supplies_upcharge
    from {{ ref('sales_summary_wide') }}
),

recon_sales_payments as (
    select * from {{ ref('recon_sales_payments') }}
),

{% set reports = of_shop.keys() | list + ['sales_summary_wide', 'recon_sales_payments'] -%}
{% set columns = {} -%}
{% for owner, others in measures.values() -%}
{% do columns.update({owner: owner | replace('.', '__')}) -%}
{% for report, column in others.items() -%}
{% do columns.update({report ~ '.' ~ column: report ~ '__' ~ column}) -%}
{% endfor -%}
{% endfor -%}
printed as materialized (
    select
        days.*
        {%- for column, name in columns.items() %},
        cast({{ column }} as decimal(18, 4)) as {{ name }}
        {%- endfor %}
    from days
    {%- for report in reports %}
    left join {{ report }} on days.site_key = {{ report }}.site_key and days.business_date = {{ report }}.business_date
    {%- endfor %}
),

compared as (
    {% for measure, (owner, others) in measures.items() -%}
    {% for report, column in others.items() -%}
    select
        site_key,
        business_date,
        '{{ measure }}' as measure,
        '{{ owner.split('.')[0] }}' as owning,
        '{{ report }}' as report,
        {{ columns[owner] }} as expected,
        {{ columns[report ~ '.' ~ column] }} as actual
    from printed
    {% if owner.startswith('ro_summary') and report == 'sales_summary_wide' -%}
    where is_by_close {{ 'and include_refund_ros' if measure == 'orders' }}
    {% endif -%}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        {{ tieout.compared(
            drill_key="report || ' ' || measure", document="'report ' || report", aspect='measure', expected='expected',
            actual='actual',
            said="'The ' || measure || ' of the day are ' || coalesce(cast(expected as varchar), 'nothing') || ' in '"
                ~ " || owning || ' and ' || coalesce(cast(actual as varchar), 'nothing') || ' in ' || report || '.'"
        ) }}
    from compared
)

select * from final
