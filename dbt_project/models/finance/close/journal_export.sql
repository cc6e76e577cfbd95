{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{#- Lines of a day's journal in its order: the account's name in cfg_account, the line of the Sales Summary that it is,
    whether a positive amount is a debit, what it is made of, what it is called. -#}
{% set lines = [
    ('cash', 'payments', 'cash', true, 'cash', 'Cash'),
    ('check', 'payments', 'check', true, 'check_amt', 'Checks'),
    ('ar', 'payments', 'charged', true, 'charged', 'Charged to accounts'),
    ('store_credit', 'payments', 'store_credit_used', true, 'store_credit_used', 'Store credit used'),
    ('deposits', 'payments', 'previous_advance_pay', true, 'previous_advance_pay', 'Advances used on orders sold'),
    ('parts', 'sales', 'parts', false, 'parts_non_tax + parts_taxable', 'Parts sold, after discounts'),
    ('labor', 'sales', 'labor', false, 'labor_non_tax + labor_taxable', 'Labor sold, after discounts'),
    ('sublet', 'sales', 'sublet', false, 'sublet_non_tax + sublet_taxable', 'Sublet sold, after discounts'),
    ('supplies', 'other_charges', 'taxable_supplies', false, 'supplies_taxable', 'Supplies, taxable'),
    ('supplies', 'other_charges', 'non_tax_supplies', false, 'supplies_nontax', 'Supplies, not taxable'),
    ('fees', 'other_charges', 'other_taxes_fees', false, 'fees_nontax', 'Other taxes and fees'),
    ('upcharge', 'other_charges', 'credit_charges', false, 'card_upcharge', 'Card upcharge'),
    ('sales_tax', 'other_charges', 'sales_tax', false, 'sales_tax', 'Sales tax'),
    ('deposits', 'other_receipts', 'advance_pay', false, 'advance_pay', 'Advances taken'),
    ('ar', 'other_receipts', 'ar_pay', false, 'ar_pay', 'Paid on accounts'),
    ('over_short', 'tie_out', 'delta', false, 'coalesce(payments_total, 0) - coalesce(total_sales_and_other, 0)',
     'Over (credit) or short (debit): the day does not tie')
] -%}
with events as (
    select * from {{ ref('sales_summary_event') }}
    where {{ tieout.in_calendar('site_key', 'business_date') }}
),

accounts as (
    select * from {{ ref('cfg_account') }}
),

sums as (
    {% for line, section, row_code, is_debit, amount, memo in lines -%}
    select
        site_key,
        business_date,
        {{ 100 + loop.index }} as place,
        '{{ line }}' as line,
        cast(null as varchar) as method_name,
        '{{ section }}' as section,
        '{{ row_code }}' as row_code,
        '{{ memo }}' as memo,
        {{ '' if is_debit else '-' }}sum({{ amount }}) as amount
    from events
    group by site_key, business_date
    union all
    {% endfor -%}
    select
        site_key,
        business_date,
        0 as place,
        'cards' as line,
        method_name,
        'payments' as section,
        'type:' || method_name as row_code,
        method_name as memo,
        sum(cards) as amount
    from events
    where cards is not null
    group by site_key, business_date, method_name
),

posted as (
    select
        sums.site_key,
        sums.business_date,
        row_number() over (
            partition by sums.site_key, sums.business_date order by sums.place, sums.row_code
        ) as line_no,
        coalesce(own.account, accounts.account) as account,
        coalesce(own.account_name, accounts.account_name) as account_name,
        case when sums.amount > 0 then sums.amount else 0 end as debit,
        case when sums.amount < 0 then -sums.amount else 0 end as credit,
        sums.memo,
        sums.section,
        sums.row_code
    from sums
    left join accounts
        on sums.site_key = accounts.site_key and sums.line = accounts.line and accounts.method_name is null
    left join accounts as own
        on sums.site_key = own.site_key and sums.line = own.line and lower(sums.method_name) = lower(own.method_name)
    where sums.amount <> 0
),

final as (
    select
        site_key,
        business_date,
        cast(line_no as integer) as line_no,
        account,
        account_name,
        {{ tieout.money('debit') }} as debit,
        {{ tieout.money('credit') }} as credit,
        memo,
        section,
        row_code
    from posted
)

select * from final
