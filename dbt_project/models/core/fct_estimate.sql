{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'estimate_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
{{ tieout.standing_on_its_order(this, 'int_estimate', 'estimate_key', [
    'estimate_key', 'source_order', 'site_key', 'source_connection_key', 'source_entity_id', 'ro_key',
    'created_by_key', 'sent_ts', 'estimate_version', 'source_row_hash', 'recorded_ts', 'is_deleted_at_source'
]) }}
