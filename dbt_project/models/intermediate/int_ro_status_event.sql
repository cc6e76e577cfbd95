{{ config(materialized='view') }}

with rows_of as (
    {{ tieout.union_feeds('ro_status_event', [
        'ro_id', 'event_id', 'from_status', 'to_status', 'event_at', 'by_id', 'reason'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='ro_status_event') }}
),

mapped as (
    select
        newest.*,
        coalesce(from_map.canonical, newest.from_status) as canonical_from_status,
        coalesce(to_map.canonical, newest.to_status) as canonical_to_status
    from newest
    left join {{ source('config', 'value_map') }} as from_map
        on from_map.table_name = 'repair_order' and from_map.column_name = 'status'
        and newest._connection = from_map.connection and newest.from_status = from_map.raw
    left join {{ source('config', 'value_map') }} as to_map
        on to_map.table_name = 'repair_order' and to_map.column_name = 'status'
        and newest._connection = to_map.connection and newest.to_status = to_map.raw
),

keyed as (
    select
        _key as ro_status_event_key,
        _order as source_order,
        {{ tieout.source_key(['_connection', 'ro_id']) }} as ro_key,
        {{ tieout.dim_key(['_connection']) }} as source_connection_key,
        event_id as source_entity_id,
        canonical_from_status as from_status,
        canonical_to_status as to_status,
        event_at as event_ts,
        {{ tieout.ref_key('_connection', 'by_id') }} as by_key,
        reason,
        _is_deleted as is_deleted_at_source
    from mapped
)

select * from keyed
