{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('estimate', [
        'estimate_id', 'ro_id', 'created_by_id', 'sent_at', 'version', 'updated_at'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='estimate') }}
),

keyed as (
    select
        newest._key as estimate_key,
        newest._order as source_order,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.estimate_id as source_entity_id,
        {{ tieout.optional_key(tieout.owner('order'), 'newest.ro_id') }} as ro_key,
        {{ tieout.ref_key(tieout.owner('employee'), 'newest.created_by_id') }} as created_by_key,
        newest.sent_at as sent_ts,
        newest.version as estimate_version,
        newest._row_hash as source_row_hash,
        coalesce(newest.updated_at, newest._bound) as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
    {{ tieout.owners() }}
)

select * from keyed
