{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'task_event_key'}) }}

{%- set told = [
    'task_event_key', 'source_order', 'source_connection_key', 'source_entity_id', 'task_key', 'event_type', 'event_ts',
    'by_key', 'from_key', 'to_key', 'source_row_hash', 'recorded_ts', 'is_deleted_at_source'
] %}

-- depends_on: {{ ref('int_task') }}
-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select {{ told | join(', ') }} from {{ ref('int_task_event') }}
    {% if is_incremental() %}
    union all
    -- its task came later, or has moved to another site
    select {{ told | join(', ') }} from {{ this }} as stored_event
    where stored_event.task_key in (select task_key from {{ ref('int_task') }})
    and stored_event.task_event_key not in (select task_event_key from {{ ref('int_task_event') }})
    and not exists (
        select 1 from {{ ref('fct_task') }} as tasks
        where tasks.task_key = stored_event.task_key and tasks.site_key = stored_event.site_key
    )
    {% endif %}
),

-- an event stands on the site of its task; one whose task is not there yet waits on none
sited as (
    select arrived.*, coalesce(tasks.site_key, -1) as site_key
    from arrived
    left join {{ ref('fct_task') }} as tasks on arrived.task_key = tasks.task_key
),

-- only the half hours that are asked for: DuckDB would hash thirty years of them for a day's rows
offsets as (
    select iana_tz, half_hour, offset_minutes
    from {{ source('config', 'utc_offset') }}
    where half_hour in (select {{ tieout.half_hour('event_ts') }} from sited)
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
    left join offsets as zone
        on coalesce(sites.iana_tz, 'UTC') = zone.iana_tz
        and {{ tieout.half_hour('sited.event_ts') }} = zone.half_hour
)

select * from final
