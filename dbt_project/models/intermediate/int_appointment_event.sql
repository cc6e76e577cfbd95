{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('appointment_event', [
        'appointment_id', 'event_id', 'type', 'event_at'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='appointment_event') }}
),

keyed as (
    select
        newest._key as appointment_event_key,
        newest._order as source_order,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.appointment_id || '|' || newest.event_id as source_entity_id,
        {{ tieout.optional_key('newest._connection', 'newest.appointment_id') }} as appointment_key,
        newest.type as event_type,
        newest.event_at as event_ts,
        newest._row_hash as source_row_hash,
        newest._bound as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
)

select * from keyed
