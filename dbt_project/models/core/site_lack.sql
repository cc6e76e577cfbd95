{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{#- A connection of files or of a database may bring anything: what a shop has of it, its rows tell. -#}
{% set facts = {
    'dms': ['fct_repair_order'], 'telephony': ['fct_call'], 'messaging': ['fct_message', 'fct_media', 'fct_estimate'],
    'marketing': ['fct_campaign_touch'], 'scheduler': ['fct_appointment', 'fct_scheduler_session'],
    'payments': ['fct_processor_txn'], 'tasks': ['fct_task'], 'audit': ['fct_audit_event'],
    'timeclock': ['fct_time_card'], 'purchasing': ['fct_purchase_line']
} -%}
with feeds as (
    {% for feed in facts -%}
    select '{{ feed }}' as feed
    union all
    {% endfor -%}
    select 'scoring' as feed
),

connections as (
    select distinct mapped.site_key, connections_of.kind, connections_of.source_kind
    from {{ ref('bridge_site_source') }} as mapped
    inner join {{ ref('dim_source_connection') }} as connections_of
        on mapped.source_connection_key = connections_of.source_connection_key
),

fed as (
    select connections.site_key, feeds.feed
    from connections
    inner join feeds on {{ tieout.has_word('connections.source_kind', 'feeds.feed') }}
    where connections.kind not in ('files', 'sql')
    {%- for feed, relations in facts.items() %}
    {%- for relation in relations %}
    union all
    select distinct site_key, '{{ feed }}' from {{ ref(relation) }}
    {%- endfor %}
    {%- endfor %}
    union all
    select distinct calls.site_key, 'scoring'
    from {{ ref('fct_call_score') }} as scores
    inner join {{ ref('fct_call') }} as calls on scores.call_key = calls.call_key
),

unfed as (
    select sites.site_key, feeds.feed as lack
    from {{ ref('dim_site') }} as sites
    cross join feeds
    left join fed on sites.site_key = fed.site_key and feeds.feed = fed.feed
    where sites.site_key >= 0 and fed.site_key is null
),

-- Jobs that were presented and not sold: a system that lists none sells all that it quotes, and Close % would be 100.
unquoting_kinds as (
    select kind from {{ ref('source_capability') }}
    where entity = 'ro_job' and field in ('*', 'presented_parts') and capability = 'never'
),

unquoted as (
    select site_key, 'quotes' as lack
    from connections
    where {{ tieout.has_word('source_kind', "'dms'") }}
    group by site_key
    having min(case when kind in (select kind from unquoting_kinds) then 1 else 0 end) = 1
),

final as (
    select site_key, lack from unfed
    union all
    select site_key, lack from unquoted
    union all
    select site_key, 'quotes' from unfed where lack = 'dms'
)

select * from final
