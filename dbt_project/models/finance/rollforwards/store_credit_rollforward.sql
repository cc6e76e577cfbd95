{{ config(materialized='view', meta={'computed': 'on_read', 'days': 'all'}) }}

{% set sums = ['issued', 'used', 'used_when_paid'] -%}
-- Store credit is given as a payment against the sign of its order, and used as one with it.
with tenders as (
    select * from {{ ref('fct_tender') }}
    where method = 'store_credit' and kind = 'final' and not is_void and not is_deleted_at_source
),

on_sales as (
    select
        orders.site_key,
        orders.close_business_date as business_date,
        case when tenders.amount < 0 then -tenders.amount end as issued,
        case when tenders.amount > 0 then tenders.amount end as used
    from tenders
    inner join {{ ref('fct_repair_order') }} as orders on tenders.ro_key = orders.ro_key and orders.is_sale
),

-- the same balance by the days of the payments, whatever became of their orders
when_paid as (
    select site_key, business_date, amount as used_when_paid from tenders
),

events as (
    {{ tieout.stacked(['site_key', 'business_date'] + sums, {
        'on_sales': ['site_key', 'business_date', 'issued', 'used'],
        'when_paid': ['site_key', 'business_date', 'used_when_paid']
    }) }}
),

moved as (
    select
        site_key,
        business_date,
        sum(issued) as issued,
        sum(used) as used,
        sum(used_when_paid) as used_when_paid
    from events
    group by site_key, business_date
),

{{ tieout.balance_days('moved', sums) }},

running as (
    select
        *,
        sum(issued - used) over through_today as closing,
        sum(-used_when_paid) over through_today as closing_per_payments
    from balance_days
    window through_today as (partition by site_key order by business_date)
),

final as (
    select
        site_key,
        business_date,
        {{ tieout.money('closing - issued + used') }} as opening,
        {{ tieout.money('issued') }} as issued,
        {{ tieout.money('used') }} as used,
        {{ tieout.money('closing') }} as closing,
        {{ tieout.money('closing_per_payments') }} as closing_per_payments,
        {{ tieout.money('closing - closing_per_payments') }} as diff
    from running
)

select * from final
