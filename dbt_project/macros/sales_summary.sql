{#- Cells of the Sales Summary, as (section, row_code, column_code, unit, expression). One home for both layouts. -#}

{#- Sections 5.1 to 5.4: the same rows for the whole report and for each breakout block. -#}
{% macro block_cells(sales_section, profit_section, is_breakout) -%}
    {%- set cells = [] -%}
    {%- set rows = {
        'parts': ['parts'], 'labor': ['labor'], 'sublet': ['sublet'], 'total': ['parts', 'labor', 'sublet']
    } -%}
    {%- for row, parts in rows.items() -%}
        {%- set sums = {} -%}
        {%- for column in ['non_tax', 'taxable', 'cost'] -%}
            {%- set names = [] -%}
            {%- for part in parts -%}{%- do names.append(part ~ '_' ~ column) -%}{%- endfor -%}
            {%- do sums.update({column: names | join(' + ')}) -%}
        {%- endfor -%}
        {%- set total = sums['non_tax'] ~ ' + ' ~ sums['taxable'] -%}
        {%- set profit = total ~ ' - (' ~ sums['cost'] ~ ')' -%}
        {%- set margin = tieout.div('(' ~ profit ~ ')', '(' ~ total ~ ')') -%}
        {%- if row == 'labor' -%}
            {#- no labor line of the cell has a cost: the margin is unknown, not 100 % -#}
            {%- set margin = 'case when labor_lines = 0 or labor_lines_with_cost > 0 then ' ~ margin ~ ' end' -%}
        {%- endif -%}
        {%- set printed = [
            ('non_tax', 'money', sums['non_tax']),
            ('taxable', 'money', sums['taxable']),
            ('total', 'money', total),
            ('pct_of_sales', 'ratio', tieout.div('(' ~ total ~ ')', 'whole_sales')),
        ] -%}
        {%- set earned = [
            ('sales', 'money', total), ('cost', 'money', sums['cost']), ('profit', 'money', profit),
            ('margin', 'ratio', margin),
        ] -%}
        {%- for column, unit, expression in printed -%}
            {%- do cells.append((sales_section, row, column, unit, expression)) -%}
            {%- if is_breakout -%}{%- do cells.append((profit_section, row, column, unit, expression)) -%}{%- endif -%}
        {%- endfor -%}
        {%- for column, unit, expression in earned -%}
            {%- do cells.append((profit_section, row, column, unit, expression)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(cells) }}
{%- endmacro %}

{#- Sections 5.5 to 5.9 and the memo rows. -#}
{% macro whole_cells() -%}
    {%- set cells = [] -%}
    {%- for memo in ['discounts', 'coupons', 'package_discounts', 'package_adds'] -%}
        {%- do cells.append(('sales', memo, 'total', 'money', memo)) -%}
    {%- endfor -%}
    {%- set gross = 'cogs_parts_gross + labor_sales_gross + sublet_sales_gross' -%}
    {%- set net_cost = 'parts_cost + sublet_cost' -%}
    {%- set margins = [
        ('wo_supplies', gross, gross ~ ' - discount_total - cogs_parts_cost', 'cogs_parts_cost'),
        (
            'w_supplies', 'supplies_taxable + ' ~ gross,
            'supplies_taxable + ' ~ gross ~ ' - discount_total - cogs_parts_cost', 'cogs_parts_cost'
        ),
        ('net', 'total_sales', 'total_sales - (' ~ net_cost ~ ')', net_cost),
    ] -%}
    {%- for row, base, amount, cogs in margins -%}
        {%- do cells.append(('gp_cogs', row, 'gp_amount', 'money', amount)) -%}
        {%- do cells.append(('gp_cogs', row, 'gp_pct', 'ratio', tieout.div('(' ~ amount ~ ')', '(' ~ base ~ ')'))) -%}
        {%- do cells.append(('gp_cogs', row, 'cogs', 'money', cogs)) -%}
    {%- endfor -%}
    {%- set amounts = {
        'other_charges': {
            'taxable_supplies': 'supplies_taxable', 'non_tax_supplies': 'supplies_nontax', 'sales_tax': 'sales_tax',
            'other_taxes_fees': 'fees_nontax', 'credit_charges': 'card_upcharge',
            'total_other_sales': 'total_other_sales',
        },
        'other_receipts': {
            'advance_pay': 'advance_pay', 'ar_pay': 'ar_pay', 'total_sales_and_other': 'total_sales_and_other',
        },
        'payments': {
            'total_cards': 'cards', 'cash': 'cash', 'check': 'check_amt', 'deposit': 'deposit',
            'total_pay': 'total_pay', 'charged': 'charged', 'store_credit_used': 'store_credit_used',
            'previous_advance_pay': 'previous_advance_pay', 'total': 'payments_total',
        },
        'payment_types': {
            'cash': 'cash', 'check': 'check_amt', 'cash_check_deposit': 'deposit', 'total_credit_cards': 'cards',
            'total_payments': 'total_pay', 'charge_open_account': 'charged', 'store_credit_used': 'store_credit_used',
            'total': 'total_pay + charged + store_credit_used',
        },
        'payment_summary': {
            'total_ro_sales': 'total_sales_w_tax', 'ar_pay': 'ar_pay', 'advanced_pay': 'advance_pay',
            'total_other_pay': 'ar_pay + advance_pay', 'previous_advance_pay': 'previous_advance_pay',
            'total': 'total_sales_w_tax + ar_pay + advance_pay - previous_advance_pay',
        },
        'ro_summary': {
            'total_sales': 'ro_total_sales', 'non_taxable_fees': 'fees_nontax',
            'total_sales_plus_fees': 'ro_total_sales + fees_nontax', 'total_tax': 'sales_tax',
            'total_sales_w_tax': 'total_sales_w_tax', 'total_sales_w_tax_literal': 'ro_total_sales + sales_tax',
        },
    } -%}
    {%- for section, rows in amounts.items() -%}
        {%- for row, expression in rows.items() -%}
            {%- do cells.append((section, row, 'amount', 'money', expression)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do cells.append(('ro_summary', 'ro_count', 'amount', 'count', 'ro_count')) -%}
    {%- set orders = 'cast(ro_count as decimal(14, 2))' -%}
    {%- do cells.append(
        ('ro_summary', 'avg_sale_wo_tax', 'amount', 'money', tieout.div('ro_total_sales', orders, 2))
    ) -%}
    {%- do cells.append(
        ('ro_summary', 'avg_sale_w_tax', 'amount', 'money', tieout.div('total_sales_w_tax', orders, 2))
    ) -%}
    {{ return(cells) }}
{%- endmacro %}

{#- The layouts that print a section. -#}
{% macro report_versions(section) -%}
    {{ return({
        'other_receipts': ['v1.31'], 'payments': ['v1.31'], 'payment_types': ['v30'], 'payment_summary': ['v30']
    }.get(section, ['v1.31', 'v30'])) }}
{%- endmacro %}

{#- The cells of the whole report, or of a breakout block. -#}
{% macro cells_of(report) -%}
    {%- if report == 'whole' -%}
        {{ return(tieout.block_cells('sales', 'gross_profit', false) + tieout.whole_cells()) }}
    {%- endif -%}
    {{ return(tieout.block_cells('breakout', 'breakout_gross_profit', true)) }}
{%- endmacro %}

{#- The values of a row's cells as rows, each with the number of its cell. -#}
{% macro unnest_cells(report) -%}
    {%- set cells = tieout.cells_of(report) -%}
    {%- set values = [] -%}
    {%- for section, row, column, unit, expression in cells -%}
        {%- do values.append('cast(' ~ expression ~ ' as decimal(18, 6))') -%}
    {%- endfor -%}
    {{ tieout.unnest_values(range(1, cells | length + 1)) }} as cell,
    {{ tieout.unnest_values(values) }} as value
{%- endmacro %}

{#- Number and names of each cell, once for every layout that prints it. -#}
{% macro cell_names(report) -%}
    {%- set rows = [] -%}
    {%- for section, row, column, unit, expression in tieout.cells_of(report) -%}
        {%- set number = loop.index -%}
        {%- for version in tieout.report_versions(section) -%}
            {%- set texts = "', '".join([version, section, row, column, unit]) -%}
            {%- do rows.append('(' ~ number ~ ", '" ~ texts ~ "')") -%}
        {%- endfor -%}
    {%- endfor -%}
    select *
    from (values {{ rows | join(', ') }}) as listed (cell, report_version, section, row_code, column_code, unit)
{%- endmacro %}

{#- The additive cells of the report by (section, row_code, column_code), and their columns of sales_summary_wide. -#}
{% macro summary_cells() -%}
    {{ return({
        ('sales', 'parts', 'non_tax'): 'parts_non_tax', ('sales', 'parts', 'taxable'): 'parts_taxable',
        ('sales', 'labor', 'non_tax'): 'labor_non_tax', ('sales', 'labor', 'taxable'): 'labor_taxable',
        ('sales', 'sublet', 'non_tax'): 'sublet_non_tax', ('sales', 'sublet', 'taxable'): 'sublet_taxable',
        ('sales', 'total', 'total'): 'total_sales', ('sales', 'discounts', 'total'): 'discounts',
        ('sales', 'coupons', 'total'): 'coupons', ('sales', 'package_discounts', 'total'): 'package_discounts',
        ('sales', 'package_adds', 'total'): 'package_adds', ('gross_profit', 'parts', 'cost'): 'parts_cost',
        ('gross_profit', 'labor', 'cost'): 'labor_cost', ('gross_profit', 'sublet', 'cost'): 'sublet_cost',
        ('other_charges', 'taxable_supplies', 'amount'): 'supplies_taxable',
        ('other_charges', 'non_tax_supplies', 'amount'): 'supplies_nontax',
        ('other_charges', 'sales_tax', 'amount'): 'sales_tax',
        ('other_charges', 'other_taxes_fees', 'amount'): 'fees_nontax',
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
    }) }}
{%- endmacro %}
