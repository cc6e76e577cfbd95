{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('media', [
        'media_id', 'ro_id', 'kind', 'created_by_id', 'created_at'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='media') }}
),

keyed as (
    select
        newest._key as media_key,
        newest._order as source_order,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.media_id as source_entity_id,
        {{ tieout.optional_key(tieout.owner('order'), 'newest.ro_id') }} as ro_key,
        newest.kind as media_kind,
        {{ tieout.ref_key(tieout.owner('employee'), 'newest.created_by_id') }} as created_by_key,
        newest.created_at as created_ts,
        newest._row_hash as source_row_hash,
        newest._bound as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
    {{ tieout.owners() }}
)

select * from keyed
