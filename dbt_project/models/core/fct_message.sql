{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'message_key'}) }}

{%- set told = [
    'message_key', 'source_order', 'site_key', 'site_basis', 'source_connection_key', 'source_entity_id',
    'direction', 'channel', 'customer_key', 'employee_key', 'ro_key', 'campaign_key', 'conversation_id', 'sent_ts',
    'delivered_ts', 'failed_ts', 'opened_ts', 'is_automated', 'source_row_hash', 'recorded_ts',
    'is_deleted_at_source'
] %}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    {{ tieout.hanging(
        this, 'int_message', 'message_key', told, tieout.order_sites(), 'ro_key', 'incoming_ro', "site_basis = 'source'"
    ) }}
),

-- a message whose program knows no shop stands on the site of the order that it is about
sited as (
    select
        {% for column in told if column not in ['site_key', 'site_basis'] -%}
        arrived.{{ column }},
        {% endfor -%}
        case when arrived.site_basis = 'source' then arrived.site_key else coalesce(orders.site_key, -1) end
            as site_key,
        case
            when arrived.site_basis = 'source' then arrived.site_basis
            when orders.ro_key is not null then 'order'
        end as site_basis
    from arrived
    left join {{ tieout.order_sites() }} as orders on arrived.ro_key = orders.ro_key
),

final as (
    select
        {% for column in told -%}
        sited.{{ column }},
        {% endfor -%}
        {{ tieout.business_date('sited.sent_ts', 'zone.offset_minutes', 'coalesce(sites.day_cutoff_minutes, 0)') }}
            as sent_business_date
    from sited
    left join {{ ref('int_site') }} as sites on sited.site_key = sites.site_key
    left join {{ tieout.offsets_at('sent_ts', 'sited') }} as zone
        on coalesce(sites.iana_tz, 'UTC') = zone.iana_tz
        and {{ tieout.half_hour('sited.sent_ts') }} = zone.half_hour
)

select * from final
