{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set feeds = [
    'dms', 'telephony', 'scoring', 'messaging', 'marketing', 'scheduler', 'payments', 'tasks', 'audit', 'timeclock',
    'purchasing'
] -%}
with feeds as (
    {% for feed in feeds -%}
    select '{{ feed }}' as feed
    {%- if not loop.last %} union all
    {% endif %}
    {%- endfor %}
),

connections as (
    select distinct mapped.site_key, connections_of.kind, connections_of.source_kind
    from {{ ref('bridge_site_source') }} as mapped
    inner join {{ ref('dim_source_connection') }} as connections_of
        on mapped.source_connection_key = connections_of.source_connection_key
),

unfed as (
    select sites.site_key, feeds.feed as lack
    from {{ ref('dim_site') }} as sites
    cross join feeds
    where sites.site_key >= 0
    and not exists (
        select 1 from connections
        where connections.site_key = sites.site_key and {{ tieout.has_word('connections.source_kind', 'feeds.feed') }}
    )
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
