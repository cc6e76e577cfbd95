{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('media_event', [
        'media_id', 'type', 'event_at', 'viewer'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='media_event') }}
),

keyed as (
    select
        newest._key as media_event_key,
        newest._order as source_order,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.media_id || '|' || newest.type || '|' || cast(newest.event_at as varchar) as source_entity_id,
        {{ tieout.optional_key('newest._connection', 'newest.media_id') }} as media_key,
        newest.type as event_type,
        newest.event_at as event_ts,
        newest.viewer,
        newest._row_hash as source_row_hash,
        newest._bound as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
)

select * from keyed
