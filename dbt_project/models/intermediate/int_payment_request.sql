{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('payment_request', [
        'request_id', 'ro_id', 'created_by_id', 'amount', 'sent_at', 'status', 'paid_at', 'paid_amount',
        'refunded_amount', 'processor_txn_id', 'updated_at'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='payment_request') }}
),

keyed as (
    select
        newest._key as payment_request_key,
        newest._order as source_order,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.request_id as source_entity_id,
        {{ tieout.optional_key(tieout.owner('order'), 'newest.ro_id') }} as ro_key,
        {{ tieout.ref_key(tieout.owner('employee'), 'newest.created_by_id') }} as created_by_key,
        newest.amount,
        newest.sent_at as sent_ts,
        newest.status,
        newest.paid_at as paid_ts,
        newest.paid_amount,
        newest.refunded_amount,
        {{ tieout.optional_key(tieout.owner('payment'), 'newest.processor_txn_id') }} as processor_txn_key,
        newest._row_hash as source_row_hash,
        coalesce(newest.updated_at, newest._bound) as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
    {{ tieout.owners() }}
)

select * from keyed
