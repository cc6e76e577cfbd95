{{ config(materialized='view', meta={'computed': 'on_read', 'days': 'all'}) }}

{% set moves = ['charged', 'finance_charges', 'ar_pay', 'credits', 'write_offs', 'deleted_charges'] -%}
{% set columns = ['site_key', 'account_key', 'business_date', 'balance'] + moves + ['debit', 'credit'] -%}
{% set of_day = ['site_key', 'account_key', 'business_date'] -%}
-- An account is a customer at a shop. Charges and payments are the shop system's; what only a ledger knows is the
-- ledger's; the ageing is the ledger's where a shop has one, else it is made of the same charges and payments.
with opening as (
    select site_key, customer_key as account_key, business_date, amount as balance
    from {{ ref('fct_opening_balance') }}
    where account = 'ar' and not is_deleted_at_source
),

opened as (
    select site_key, max(business_date) as opened_date
    from opening
    group by site_key
),

entries as (
    select * from {{ ref('fct_ar_entry') }}
    where not is_deleted_at_source
),

ledgers as (
    select site_key from {{ ref('fct_ar_entry') }} group by site_key
),

orders as (
    select ro_key, site_key, customer_key, close_business_date, is_sale from {{ ref('fct_repair_order') }}
),

tenders as (
    select * from {{ ref('fct_tender') }}
    where kind in ('ar_charge', 'ar_payment', 'ar_adjust') and not is_void and not is_deleted_at_source
),

-- on the day of its order's close, as the report prints it
charges as (
    select
        orders.site_key,
        coalesce(nullif(tenders.customer_key, -1), orders.customer_key, -1) as account_key,
        orders.close_business_date as business_date,
        tenders.ro_key,
        tenders.amount as charged
    from tenders
    inner join orders on tenders.ro_key = orders.ro_key and orders.is_sale
    where tenders.kind = 'ar_charge'
),

payments as (
    select
        tenders.site_key,
        coalesce(nullif(tenders.customer_key, -1), orders.customer_key, -1) as account_key,
        tenders.business_date,
        case when tenders.kind = 'ar_payment' then tenders.amount end as ar_pay,
        case when tenders.kind = 'ar_adjust' and ledgers.site_key is null then tenders.amount end as credits
    from tenders
    left join orders on tenders.ro_key = orders.ro_key
    left join ledgers on tenders.site_key = ledgers.site_key
    where tenders.kind in ('ar_payment', 'ar_adjust')
),

-- a deleted charge whose payment went with it is in no charge of the shop system any more
booked as (
    select
        site_key,
        customer_key as account_key,
        business_date,
        case when entry_type = 'finance_charge' then amount end as finance_charges,
        case when entry_type = 'credit_memo' then -amount end as credits,
        case when entry_type = 'write_off' then -amount end as write_offs,
        case
            when entry_type = 'deleted_charge' and (ro_key is null or ro_key in (select ro_key from charges))
                then -amount
        end as deleted_charges
    from entries
    where entry_type not in ('charge', 'payment')
),

ledger as (
    select
        site_key,
        customer_key as account_key,
        business_date,
        case when amount > 0 then amount end as debit,
        case when amount < 0 then -amount end as credit
    from entries
    union all
    select site_key, account_key, business_date, charged, null
    from charges
    where charged > 0 and site_key not in (select site_key from ledgers)
    union all
    select site_key, account_key, business_date, null, -charged
    from charges
    where charged < 0 and site_key not in (select site_key from ledgers)
    union all
    select site_key, account_key, business_date, null, coalesce(ar_pay, 0) + coalesce(credits, 0)
    from payments
    where site_key not in (select site_key from ledgers)
),

events as (
    {{ tieout.stacked(columns, {
        'opening': of_day + ['balance'],
        'charges': of_day + ['charged'],
        'payments': of_day + ['ar_pay', 'credits'],
        'booked': of_day + ['finance_charges', 'credits', 'write_offs', 'deleted_charges'],
        'ledger': of_day + ['debit', 'credit']
    }) }}
),

moved as (
    select
        events.site_key,
        events.account_key,
        events.business_date,
        coalesce(sum(events.balance), 0) as balance,
        {% for move in moves -%}
        coalesce(sum(events.{{ move }}), 0) as {{ move }},
        {% endfor -%}
        coalesce(sum(events.debit), 0) + greatest(coalesce(sum(events.balance), 0), 0) as debit,
        coalesce(sum(events.credit), 0) + greatest(coalesce(-sum(events.balance), 0), 0) as credit
    from events
    left join opened on events.site_key = opened.site_key
    where events.balance is not null or {{ tieout.after_opening() }}
    group by events.site_key, events.account_key, events.business_date
),

-- payments settle the oldest charges first
running as (
    select
        *,
        sum(
            balance + charged + finance_charges - ar_pay - credits - write_offs - deleted_charges
        ) over account_so_far as closing,
        {% for days in [31, 61, 91] -%}
        coalesce(sum(debit) over (
            partition by site_key, account_key order by business_date
            range between unbounded preceding and interval '{{ days }} days' preceding
        ), 0) as debit_{{ days }},
        {% endfor -%}
        sum(debit) over account_so_far as debits,
        sum(credit) over account_so_far as credits_so_far
    from moved
    window account_so_far as (partition by site_key, account_key order by business_date)
),

final as (
    select
        running.site_key,
        running.account_key,
        running.business_date,
        coalesce(customers.company_name, customers.first_name) as account,
        {{ tieout.money(
            'running.closing - running.charged - running.finance_charges + running.ar_pay + running.credits'
            ~ ' + running.write_offs + running.deleted_charges'
        ) }} as opening,
        {% for move in moves -%}
        {{ tieout.money('running.' ~ move) }} as {{ move }},
        {% endfor -%}
        {{ tieout.money('running.closing') }} as closing,
        {% set paid = 'running.credits_so_far' -%}
        {% set over = {
            '30': 'greatest(running.debit_31 - ' ~ paid ~ ', 0)', '60': 'greatest(running.debit_61 - ' ~ paid ~ ', 0)',
            '90': 'greatest(running.debit_91 - ' ~ paid ~ ', 0)'
        } -%}
        {{ tieout.money('running.debits - ' ~ paid ~ ' - ' ~ over['30']) }} as age_0_30,
        {{ tieout.money(over['30'] ~ ' - ' ~ over['60']) }} as age_31_60,
        {{ tieout.money(over['60'] ~ ' - ' ~ over['90']) }} as age_61_90,
        {{ tieout.money(over['90']) }} as age_over_90,
        case
            when ledgers.site_key is not null
                then {{ tieout.money('running.closing - (running.debits - running.credits_so_far)') }}
        end as diff
    from running
    left join ledgers on running.site_key = ledgers.site_key
    left join {{ ref('dim_customer') }} as customers
        on running.account_key = customers.customer_key and customers.customer_key <> -1
)

select * from final
