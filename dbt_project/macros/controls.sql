{#- The 36 controls of REPORTS 7, in the order of the daily close's catalogue. `model` is the view of what the control
    compares; `needs` are things of finance.control_lack without which it does not run; `severity`: B locks the close,
    W warns, I informs (a comparison may say its own); `why` gives the tolerance its reason. -#}
{% macro controls() -%}
    {%- set exact = 'money is counted in cents, and a cent that is missing is missing' -%}
    {%- set counted = 'things are counted, and one too few is one too few' -%}
    {{ return([
        {'id': 'C-01', 'model': 'c01_sales_payments', 'title': 'Sales against payments', 'severity': 'B',
         'why': exact, 'needs': ['dms']},
        {'id': 'C-02', 'model': 'c02_lines_header', 'title': 'Lines against the header', 'severity': 'B',
         'why': exact, 'needs': ['dms']},
        {'id': 'C-03', 'model': 'c03_sections_total', 'title': 'Sections against the total', 'severity': 'B',
         'why': exact, 'needs': ['dms']},
        {'id': 'C-04', 'model': 'c04_technicians', 'title': 'Labor by technician', 'severity': 'W',
         'why': 'money and hours are split without a rest; stated shares are rounded to hundredths by the source', 'needs': ['dms']},
        {'id': 'C-05', 'model': 'c05_tax', 'title': 'Tax computed again', 'severity': 'W',
         'why': 'rounding per line or per order moves a cent a line; more is another rate or another base', 'needs': ['dms', 'tax_detail']},
        {'id': 'C-06', 'model': 'c06_processor', 'title': 'Payments against the processor', 'severity': 'B',
         'why': exact, 'needs': ['dms', 'payments']},
        {'id': 'C-07', 'model': 'c07_payouts', 'title': 'Processor against payouts and bank', 'severity': 'B',
         'why': exact ~ '; a payout may take 3 days longer than expected', 'needs': ['payments', 'payouts']},
        {'id': 'C-08', 'model': 'c08_drawers', 'title': 'Cash and checks against drawers and deposits', 'severity': 'B',
         'why': exact, 'needs': ['dms', 'cash_counts']},
        {'id': 'C-09', 'model': 'c09_customer_deposits', 'title': 'Customer deposits rolled forward', 'severity': 'B',
         'why': exact, 'needs': ['dms']},
        {'id': 'C-10', 'model': 'c10_receivables', 'title': 'Receivables against their ledger', 'severity': 'B',
         'why': exact, 'needs': ['dms', 'ledger']},
        {'id': 'C-11', 'model': 'c11_void_with_money', 'title': 'Void orders with money', 'severity': 'B',
         'why': exact, 'needs': ['dms']},
        {'id': 'C-12', 'model': 'c12_balance', 'title': 'Closed with a balance', 'severity': 'B',
         'why': exact ~ '; cash is rounded by half the smallest coin where there are no smaller ones',
         'needs': ['dms']},
        {'id': 'C-13', 'model': 'c13_refunds', 'title': 'Refunds', 'severity': 'W',
         'why': exact, 'needs': ['dms']},
        {'id': 'C-14', 'model': 'c14_numbers', 'title': 'Order numbers', 'severity': 'B',
         'why': counted, 'needs': ['dms']},
        {'id': 'C-15', 'model': 'c15_order_count', 'title': 'Order count', 'severity': 'B',
         'why': counted, 'needs': ['dms', 'order_counts']},
        {'id': 'C-16', 'model': 'c16_after_hours_routing', 'title': 'After-hours routing', 'severity': 'W',
         'why': 'a call is routed one way or the other', 'needs': ['telephony']},
        {'id': 'C-17', 'model': 'c17_calls_by_number', 'title': 'Calls by number', 'severity': 'B',
         'why': counted, 'needs': ['telephony']},
        {'id': 'C-18', 'model': 'c18_call_log', 'title': 'Calls against extensions', 'severity': 'W',
         'why': 'seconds in which a call that is handed on rings are on the call and on no leg of it',
         'needs': ['telephony', 'call_legs']},
        {'id': 'C-19', 'model': 'c19_call_flow', 'title': 'Flow of calls', 'severity': 'W',
         'why': counted, 'needs': ['telephony', 'call_steps']},
        {'id': 'C-20', 'model': 'c20_task_rollforward', 'title': 'Open tasks rolled forward', 'severity': 'B',
         'why': counted, 'needs': ['tasks', 'task_events']},
        {'id': 'C-21', 'model': 'c21_wip_rollforward', 'title': 'Work in progress rolled forward', 'severity': 'B',
         'why': 'orders are counted, and what they come to is the same on both sides', 'needs': ['dms', 'status_events']},
        {'id': 'C-22', 'model': 'c22_conversions', 'title': 'Orders credited once', 'severity': 'W',
         'why': 'an order is the work of one call and of one campaign', 'needs': ['telephony']},
        {'id': 'C-23', 'model': 'c23_total_rows', 'title': 'Total rows', 'severity': 'B',
         'why': counted, 'needs': ['dms']},
        {'id': 'C-24', 'model': 'c24_drill_cell', 'title': 'Drill against cell', 'severity': 'B',
         'why': exact, 'needs': ['dms']},
        {'id': 'C-25', 'model': 'c25_merges', 'title': 'Merges move no money', 'severity': 'W',
         'why': exact, 'needs': ['dms']},
        {'id': 'C-26', 'model': 'c26_source_totals', 'title': 'Totals that the source prints', 'severity': 'B',
         'why': exact, 'needs': ['dms', 'control_totals']},
        {'id': 'C-28', 'model': 'c28_purchases', 'title': 'Purchases against the cost of parts', 'severity': 'W',
         'why': 'unit costs are rounded to the cent, half a cent a unit', 'needs': ['dms', 'purchasing']},
        {'id': 'C-29', 'model': 'c29_core_charges', 'title': 'Core charges', 'severity': 'W',
         'why': exact, 'needs': ['dms', 'purchasing']},
        {'id': 'C-33', 'model': 'c33_reports_agree', 'title': 'Reports agree', 'severity': 'B',
         'why': exact, 'needs': ['dms']},
        {'id': 'C-36', 'model': 'c36_journal_balances', 'title': 'Journal for the books', 'severity': 'B',
         'why': exact, 'needs': ['dms']}
    ]) }}
{%- endmacro %}

{#- The columns of a control's view: one row per thing that it compares, right or wrong. `drill_key` is the key of the
    document; `document` names it for people; `aspect` says which of its figures; a NULL side is absent, and that is a
    difference; `can_fail` is false where one side is made from the other (REPORTS 6.7); `said` is the sentence of an
    exception. All are SQL expressions over the rows that are selected from. -#}
{% macro compared(
    document, expected, actual, said, drill_key="''", aspect="''", tolerance='0', severity="'B'", can_fail='true',
    site_key='site_key', business_date='business_date'
) -%}
    {{ site_key }} as site_key,
    {{ business_date }} as business_date,
    cast({{ drill_key }} as varchar) as drill_key,
    cast({{ document }} as varchar) as document,
    cast({{ aspect }} as varchar) as aspect,
    cast({{ expected }} as decimal(18, 4)) as expected,
    cast({{ actual }} as decimal(18, 4)) as actual,
    cast({{ tolerance }} as decimal(18, 4)) as tolerance,
    cast({{ severity }} as varchar) as severity,
    {{ can_fail }} as can_fail,
    cast({{ said }} as varchar) as said
{%- endmacro %}
