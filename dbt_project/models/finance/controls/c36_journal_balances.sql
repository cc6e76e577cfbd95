{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- The journal of each day, which is made of documents, against the day's printed lines, which are stored: debits are
-- credits, and each line is the report's. Then what the books have by now (tieout export) against that journal, and
-- against the orders of today: one that was closed again on another day is posted twice until its first day is
-- exported again.
{% set credits = {
    'sales/parts': 'parts_non_tax + parts_taxable', 'sales/labor': 'labor_non_tax + labor_taxable',
    'sales/sublet': 'sublet_non_tax + sublet_taxable', 'other_charges/taxable_supplies': 'supplies_taxable',
    'other_charges/non_tax_supplies': 'supplies_nontax', 'other_charges/sales_tax': 'sales_tax',
    'other_charges/other_taxes_fees': 'fees_nontax', 'other_charges/credit_charges': 'card_upcharge',
    'other_receipts/advance_pay': 'advance_pay', 'other_receipts/ar_pay': 'ar_pay',
    'tie_out/delta': 'payments_total - total_sales_and_other'
} -%}
{% set debits = {
    'payments/total_cards': 'cards', 'payments/cash': 'cash', 'payments/check': 'check_amt',
    'payments/charged': 'charged', 'payments/store_credit_used': 'store_credit_used',
    'payments/previous_advance_pay': 'previous_advance_pay'
} -%}
{% set names = [] -%}
{% set amounts = [] -%}
{% for name, amount in debits.items() -%}
{% do names.append("'" ~ name ~ "'") %}{% do amounts.append(amount) %}
{%- endfor %}
{% for name, amount in credits.items() -%}
{% do names.append("'" ~ name ~ "'") %}{% do amounts.append('-(' ~ amount ~ ')') %}
{%- endfor -%}
with every_line as (
    select
        site_key,
        business_date,
        {{ tieout.unnest_values(names) }} as line,
        {{ tieout.unnest_values(amounts) }} as amount
    from {{ ref('sales_summary_wide') }}
),

printed as (
    select * from every_line
    where amount <> 0
),

journal as (
    select
        *,
        section || '/' || case when row_code like 'type:%' then 'total_cards' else row_code end as line,
        section || '/' || row_code as posted_line,
        debit - credit as amount
    from {{ ref('journal_export') }}
),

days as (
    select site_key, business_date, sum(debit) as debits, sum(credit) as credits
    from journal
    group by site_key, business_date
),

lines as (
    select site_key, business_date, line, sum(amount) as amount
    from journal
    group by site_key, business_date, line
    having sum(amount) <> 0
),

compared_lines as (
    select
        coalesce(printed.site_key, lines.site_key) as site_key,
        coalesce(printed.business_date, lines.business_date) as business_date,
        coalesce(printed.line, lines.line) as line,
        printed.amount as printed_amount,
        lines.amount as posted_amount
    from printed
    full join lines
        on printed.site_key = lines.site_key
        and printed.business_date = lines.business_date
        and printed.line = lines.line
),

exported as (
    select site_key, business_date, section || '/' || row_code as line, account, sum(amount) as amount
    from {{ ref('exported_line') }}
    group by site_key, business_date, section, row_code, account
    having sum(amount) <> 0
),

exported_days as (
    select site_key, business_date from {{ ref('exported_line') }}
    union
    select site_key, business_date from {{ ref('exported_order') }}
),

posted as (
    select journal.site_key, journal.business_date, journal.posted_line as line, journal.account, journal.amount
    from journal
    inner join exported_days
        on journal.site_key = exported_days.site_key and journal.business_date = exported_days.business_date
),

booked as (
    select
        coalesce(posted.site_key, exported.site_key) as site_key,
        coalesce(posted.business_date, exported.business_date) as business_date,
        coalesce(posted.line, exported.line) as line,
        coalesce(posted.account, exported.account) as account,
        posted.amount as posted_amount,
        exported.amount as booked_amount
    from posted
    full join exported
        on posted.site_key = exported.site_key
        and posted.business_date = exported.business_date
        and posted.line = exported.line
        and posted.account = exported.account
),

exported_orders as (
    select document_key, max(ro_number) as ro_number
    from {{ ref('exported_order') }}
    group by document_key
),

-- days that the sales of an order are posted on, once each of them is exported as it stands
postings as (
    select site_key, business_date, document_key from {{ ref('exported_order') }}
    union
    select orders.site_key, orders.close_business_date, cast(orders.ro_key as varchar)
    from {{ ref('fct_repair_order') }} as orders
    inner join exported_orders on cast(orders.ro_key as varchar) = exported_orders.document_key
    where orders.is_sale
),

posted_orders as (
    select
        postings.document_key,
        exported_orders.ro_number,
        count(*) as times,
        max(postings.site_key) as site_key,
        min(postings.business_date) as first_day,
        max(postings.business_date) as last_day
    from postings
    inner join exported_orders on postings.document_key = exported_orders.document_key
    group by postings.document_key, exported_orders.ro_number
),

balances as (
    select
        {{ tieout.compared(
            drill_key="'journal'", document="'the journal'", aspect="'debits = credits'", expected='debits',
            actual='credits', said="'Debits of the journal are ' || cast(debits as varchar) || ', credits '"
            ~ " || cast(credits as varchar) || '.'"
        ) }}
    from days
),

report_lines as (
    select
        {{ tieout.compared(
            drill_key='line', document="'line ' || line", aspect="'journal = report'", expected='printed_amount',
            actual='posted_amount', said="'The report has ' || coalesce(cast(abs(printed_amount) as varchar), 'nothing')"
            ~ " || ' on the line ' || line || ', the journal ' || coalesce(cast(abs(posted_amount) as varchar), 'nothing')"
            ~ " || '.'"
        ) }}
    from compared_lines
),

book_lines as (
    select
        {{ tieout.compared(
            drill_key='line', document="account || ', line ' || line", aspect="'books = journal'",
            expected='posted_amount', actual='booked_amount', severity="'W'",
            said="'The day has changed since it was exported: ' || account || ' has '"
            ~ " || coalesce(cast(booked_amount as varchar), 'nothing') || ' in the books, and '"
            ~ " || coalesce(cast(posted_amount as varchar), 'nothing') || ' now. Export the day again.'"
        ) }}
    from booked
),

orders as (
    select
        {{ tieout.compared(
            business_date='last_day', drill_key='document_key', document="'RO ' || ro_number",
            aspect="'one posting'", expected='1', actual='times',
            said="'The sales of RO ' || ro_number || ' are posted on ' || cast(first_day as varchar) || ' and on '"
            ~ " || cast(last_day as varchar) || ': export ' || cast(first_day as varchar) || ' again, or the books"
            ~ " have them twice.'"
        ) }}
    from posted_orders
),

final as (
    select * from balances
    union all
    select * from report_lines
    union all
    select * from book_lines
    union all
    select * from orders
)

select * from final
