{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'task_event_key'}) }}

{%- set told = [
    'task_event_key', 'source_order', 'source_connection_key', 'source_entity_id', 'task_key', 'event_type', 'event_ts',
    'by_key', 'from_key', 'to_key', 'source_row_hash', 'recorded_ts', 'is_deleted_at_source'
] %}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    {{ tieout.hanging(this, 'int_task_event', 'task_event_key', told, ref('fct_task'), 'task_key', 'int_task') }}
),

-- an event stands on the site of its task; one whose task is not there yet waits on none
sited as (
    select arrived.*, coalesce(tasks.site_key, -1) as site_key
    from arrived
    left join {{ ref('fct_task') }} as tasks on arrived.task_key = tasks.task_key
),

final as (
    select
        sited.task_event_key,
        sited.source_order,
        sited.site_key,
        sited.source_connection_key,
        sited.source_entity_id,
        sited.task_key,
        sited.event_type,
        sited.event_ts,
        {{ tieout.business_date('sited.event_ts', 'zone.offset_minutes', 'coalesce(sites.day_cutoff_minutes, 0)') }}
            as event_business_date,
        sited.by_key,
        sited.from_key,
        sited.to_key,
        sited.source_row_hash,
        sited.recorded_ts,
        sited.is_deleted_at_source
    from sited
    left join {{ ref('int_site') }} as sites on sited.site_key = sites.site_key
    left join {{ tieout.offsets_at('event_ts', 'sited') }} as zone
        on coalesce(sites.iana_tz, 'UTC') = zone.iana_tz
        and {{ tieout.half_hour('sited.event_ts') }} = zone.half_hour
)

select * from final
