{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{#- What a control may need besides a feed: rows that a shop's systems deliver, or do not. Those without a shop of their
    own are of the shop of their document. -#}
{% set facts = {
    'control_totals': ('fct_source_control_total', 'the shop system delivers no totals of its own'),
    'order_counts': ('fct_source_control_total', 'the shop system does not print how many orders it closed'),
    'cash_counts': ('fct_cash_count', 'nobody counts the drawers here'),
    'payouts': ('fct_payout', 'no payouts of a card processor are delivered'),
    'ledger': ('fct_ar_entry', 'no ledger of customer accounts is delivered'),
    'opening_balances': ('fct_opening_balance', 'no opening balances are delivered'),
    'status_events': ('fct_ro_status_event', 'the shop system keeps no history of an order', 'fct_repair_order', 'ro_key'),
    'call_legs': ('fct_call_leg', 'the telephone system does not tell which extensions rang', 'fct_call', 'call_key'),
    'call_steps': ('fct_call_step', 'the telephone system does not tell the path of a call', 'fct_call', 'call_key'),
    'tax_detail': ('fct_ro_tax', 'the shop system does not detail its taxes'),
    'task_events': ('fct_task_event', 'the task list keeps no history of a task')
} -%}
{% set feeds = {
    'dms': 'no shop system is connected', 'telephony': 'no telephone system is connected',
    'scoring': 'nobody scores calls here', 'messaging': 'no messaging system is connected',
    'marketing': 'no marketing system is connected', 'scheduler': 'no online scheduler is connected',
    'payments': 'no card processor is connected', 'tasks': 'no task list is connected',
    'audit': 'no audit log is delivered', 'timeclock': 'no time clock is connected',
    'purchasing': 'no purchases are delivered', 'quotes': 'the shop system lists no job that was not sold'
} -%}
with sites as (
    select site_key from {{ ref('dim_site') }}
    where site_key >= 0
),

had as (
    {% for lack, told in facts.items() -%}
    {% if told | length > 2 -%}
    select distinct documents.site_key, '{{ lack }}' as lack
    from {{ ref(told[0]) }} as facts
    inner join {{ ref(told[2]) }} as documents on facts.{{ told[3] }} = documents.{{ told[3] }}
    {%- else -%}
    select distinct site_key, '{{ lack }}' as lack
    from {{ ref(told[0]) }}
    {%- if lack == 'order_counts' %}
    where name = 'ro_count'
    {%- endif %}
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

things as (
    {% for lack, told in facts.items() -%}
    select '{{ lack }}' as lack, '{{ told[1] }}' as said
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

feeds as (
    {% for lack, said in feeds.items() -%}
    select '{{ lack }}' as lack, '{{ said }}' as said
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select sites.site_key, things.lack, things.said
    from sites
    cross join things
    left join had on sites.site_key = had.site_key and things.lack = had.lack
    where had.site_key is null
    union all
    select lacks.site_key, lacks.lack, feeds.said
    from {{ ref('site_lack') }} as lacks
    inner join feeds on lacks.lack = feeds.lack
)

select * from final
