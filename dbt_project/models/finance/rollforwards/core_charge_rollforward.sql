{{ config(materialized='view', meta={'computed': 'on_read', 'days': 'all'}) }}

{% set sums = ['charged', 'credited', 'open_change'] -%}
with charges as (
    select orders.site_key, orders.close_business_date as business_date, orders.ro_key, lines.core_charge as charged
    from {{ ref('fct_ro_line') }} as lines
    inner join {{ ref('fct_repair_order') }} as orders on lines.ro_key = orders.ro_key and orders.is_sale
    where lines.line_type = 'part' and lines.core_charge <> 0
),

credits as (
    select site_key, invoice_date as business_date, ro_key, core_credit as credited
    from {{ ref('fct_purchase_line') }}
    where core_credit <> 0 and not is_deleted_at_source
),

events as (
    {{ tieout.stacked(['site_key', 'business_date', 'ro_key', 'charged', 'credited'], {
        'charges': ['site_key', 'business_date', 'ro_key', 'charged'],
        'credits': ['site_key', 'business_date', 'ro_key', 'credited']
    }) }}
),

-- an order's cores are open while more is charged than credited
by_order as (
    select
        site_key,
        ro_key,
        business_date,
        sum(coalesce(sum(charged), 0) - coalesce(sum(credited), 0)) over (
            partition by site_key, ro_key order by business_date
        ) as open_balance
    from events
    where ro_key is not null
    group by site_key, ro_key, business_date
),

open_changes as (
    select
        site_key,
        business_date,
        greatest(open_balance, 0)
        - greatest(coalesce(lag(open_balance) over (partition by site_key, ro_key order by business_date), 0), 0)
            as open_change
    from by_order
),

all_events as (
    {{ tieout.stacked(['site_key', 'business_date'] + sums, {
        'charges': ['site_key', 'business_date', 'charged'],
        'credits': ['site_key', 'business_date', 'credited'],
        'open_changes': ['site_key', 'business_date', 'open_change']
    }) }}
),

moved as (
    select
        site_key,
        business_date,
        sum(charged) as charged,
        sum(credited) as credited,
        sum(open_change) as open_change
    from all_events
    group by site_key, business_date
),

{{ tieout.balance_days('moved', sums) }},

running as (
    select
        *,
        sum(charged - credited) over through_today as closing,
        sum(open_change) over through_today as closing_per_open_items
    from balance_days
    window through_today as (partition by site_key order by business_date)
),

final as (
    select
        running.site_key,
        running.business_date,
        case when lacks.site_key is null then {{ tieout.money('closing - charged + credited') }} end as opening,
        {{ tieout.money('charged') }} as charged,
        {% for column, value in {
            'credited': 'credited', 'closing': 'closing', 'closing_per_open_items': 'closing_per_open_items',
            'diff': 'closing - closing_per_open_items'
        }.items() -%}
        case when lacks.site_key is null then {{ tieout.money(value) }} end as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from running
    left join {{ ref('site_lack') }} as lacks on running.site_key = lacks.site_key and lacks.lack = 'purchasing'
)

select * from final
