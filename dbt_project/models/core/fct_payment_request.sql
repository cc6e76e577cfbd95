{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'payment_request_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
{{ tieout.standing_on_its_order(this, 'int_payment_request', 'payment_request_key', [
    'payment_request_key', 'source_order', 'site_key', 'source_connection_key', 'source_entity_id', 'ro_key',
    'created_by_key', 'amount', 'sent_ts', 'status', 'paid_ts', 'paid_amount', 'refunded_amount',
    'processor_txn_key', 'source_row_hash', 'recorded_ts', 'is_deleted_at_source'
]) }}
