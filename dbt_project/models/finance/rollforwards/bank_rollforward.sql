{{ config(materialized='view', meta={'computed': 'on_read', 'days': 'all'}) }}

{% set moves = [
    'card_gross', 'disputes', 'fees', 'payouts_deposited', 'open_card_change', 'cash_taken', 'checks_taken',
    'counted_cash', 'counted_checks', 'drawers_deposited'
] -%}
{% set of_day = ['site_key', 'business_date'] -%}
with transactions as (
    select * from {{ ref('fct_processor_txn') }}
    where txn_type <> 'payout' and not is_deleted_at_source
),

payouts as (
    select * from {{ ref('fct_payout') }}
    where not is_deleted_at_source
),

processed as (
    select
        site_key,
        processed_business_date as business_date,
        case when txn_type in ('payment', 'refund') then gross end as card_gross,
        case when txn_type = 'dispute' then gross end as disputes,
        coalesce(fee, 0) + case when txn_type in ('payment', 'refund', 'dispute') then 0 else -gross end as fees
    from transactions
),

banked as (
    select site_key, deposited_date as business_date, amount as payouts_deposited
    from payouts
    where deposited_date is not null
),

-- the same money by transaction: under way until the payout that it is in is in the bank
under_way as (
    select site_key, processed_business_date as business_date, net as open_card_change
    from transactions
    union all
    select
        transactions.site_key,
        greatest(transactions.processed_business_date, payouts.deposited_date),
        -transactions.net
    from transactions
    inner join payouts on transactions.payout_key = payouts.payout_key
    where payouts.deposited_date is not null
),

taken as (
    select
        site_key,
        business_date,
        case when method = 'cash' then amount end as cash_taken,
        case when method = 'check' then amount end as checks_taken
    from {{ ref('fct_tender') }}
    where kind in ('final', 'advance', 'ar_payment')
    and method in ('cash', 'check')
    and not is_void
    and not is_deleted_at_source
),

drawers as (
    select site_key, business_date, counted_cash, counted_checks, bank_deposit_amount as drawers_deposited
    from {{ ref('fct_cash_count') }}
    where not is_deleted_at_source
),

counting as (
    select site_key, min(business_date) as first_date from drawers group by site_key
),

events as (
    {{ tieout.stacked(of_day + moves, {
        'processed': of_day + ['card_gross', 'disputes', 'fees'],
        'banked': of_day + ['payouts_deposited'],
        'under_way': of_day + ['open_card_change'],
        'taken': of_day + ['cash_taken', 'checks_taken'],
        'drawers': of_day + ['counted_cash', 'counted_checks', 'drawers_deposited']
    }) }}
),

moved as (
    select
        site_key,
        business_date,
        {% for move in moves -%}
        sum({{ move }}) as {{ move }}{{ ',' if not loop.last }}
        {% endfor %}
    from events
    group by site_key, business_date
),

{{ tieout.balance_days('moved', moves) }},

running as (
    select
        *,
        sum(card_gross + disputes - fees - payouts_deposited) over through_today as card_closing,
        sum(open_card_change) over through_today as card_closing_per_transactions,
        sum(counted_cash + counted_checks - drawers_deposited) over through_today as drawer_closing
    from balance_days
    window through_today as (partition by site_key order by business_date)
),

-- what a shop has no system for is unknown, not nothing
final as (
    select
        running.site_key,
        running.business_date,
        {% for column, value in {
            'card_opening': 'card_closing - card_gross - disputes + fees + payouts_deposited',
            'card_gross': 'card_gross', 'disputes': 'disputes', 'fees': 'fees', 'payouts_deposited': 'payouts_deposited',
            'card_closing': 'card_closing', 'card_closing_per_transactions': 'card_closing_per_transactions',
            'card_diff': 'card_closing - card_closing_per_transactions'
        }.items() -%}
        case when lacks.site_key is null then {{ tieout.money(value) }} end as {{ column }},
        {% endfor -%}
        {{ tieout.money('running.cash_taken') }} as cash_taken,
        {{ tieout.money('running.checks_taken') }} as checks_taken,
        {% for column, value in {
            'counted_cash': 'counted_cash', 'counted_checks': 'counted_checks',
            'over_short': 'counted_cash + counted_checks - cash_taken - checks_taken',
            'drawer_opening': 'drawer_closing - counted_cash - counted_checks + drawers_deposited',
            'drawers_deposited': 'drawers_deposited', 'drawer_closing': 'drawer_closing'
        }.items() -%}
        case when counting.first_date <= running.business_date then {{ tieout.money(value) }} end as {{ column }},
        {% endfor -%}
        case
            when lacks.site_key is null or counting.first_date <= running.business_date
                then {{ tieout.money('running.payouts_deposited + running.drawers_deposited') }}
        end as bank_deposits
    from running
    left join {{ ref('site_lack') }} as lacks on running.site_key = lacks.site_key and lacks.lack = 'payments'
    left join counting on running.site_key = counting.site_key
)

select * from final
