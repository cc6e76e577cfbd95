{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('task_event', [
        'task_id', 'event_id', 'type', 'event_at', 'by_id', 'from_id', 'to_id'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='task_event') }}
),

keyed as (
    select
        newest._key as task_event_key,
        newest._order as source_order,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.task_id || '|' || newest.event_id as source_entity_id,
        {{ tieout.optional_key('newest._connection', 'newest.task_id') }} as task_key,
        newest.type as event_type,
        newest.event_at as event_ts,
        {{ tieout.ref_key(tieout.owner('employee'), 'newest.by_id') }} as by_key,
        {{ tieout.ref_key(tieout.owner('employee'), 'newest.from_id') }} as from_key,
        {{ tieout.ref_key(tieout.owner('employee'), 'newest.to_id') }} as to_key,
        newest._row_hash as source_row_hash,
        newest._bound as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
    {{ tieout.owners() }}
)

select * from keyed
