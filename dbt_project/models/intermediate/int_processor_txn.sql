{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('processor_txn', [
        'txn_id', 'site', 'type', 'origin', 'gross', 'fee', 'net', 'processed_at', 'payout_id', 'card_brand',
        'last4', 'auth_code', 'reference'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='processor_txn') }}
),

keyed as (
    select
        newest._key as processor_txn_key,
        newest._order as source_order,
        coalesce(sites.site_key, -1) as site_key,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.txn_id as source_entity_id,
        newest.type as txn_type,
        newest.origin,
        newest.gross,
        newest.fee,
        newest.net,
        newest.processed_at as processed_ts,
        {{ tieout.placed_date('processed_at') }} as processed_business_date,
        {{ tieout.optional_key('newest._connection', 'newest.payout_id') }} as payout_key,
        newest.card_brand,
        newest.last4,
        newest.auth_code,
        newest.reference,
        newest._row_hash as source_row_hash,
        newest._bound as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
    {{ tieout.placed('cast(newest.processed_at as date)', ['processed_at']) }}
)

select * from keyed
