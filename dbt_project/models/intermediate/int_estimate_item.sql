{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('estimate_item', [
        'estimate_id', 'item_id', 'amount', 'decision', 'decided_at'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='estimate_item') }}
),

keyed as (
    select
        newest._key as estimate_item_key,
        newest._order as source_order,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.estimate_id || '|' || newest.item_id as source_entity_id,
        {{ tieout.optional_key('newest._connection', 'newest.estimate_id') }} as estimate_key,
        newest.amount,
        newest.decision,
        newest.decided_at as decided_ts,
        newest._row_hash as source_row_hash,
        newest._bound as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
)

select * from keyed
