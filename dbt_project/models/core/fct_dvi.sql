{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'dvi_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
{{ tieout.standing_on_its_order(this, 'int_inspection', 'dvi_key', [
    'dvi_key', 'source_order', 'site_key', 'source_connection_key', 'source_entity_id', 'ro_key', 'tech_key',
    'start_ts', 'complete_ts', 'sent_ts', 'is_sent', 'items_red', 'items_yellow', 'items_green', 'source_row_hash',
    'recorded_ts', 'is_deleted_at_source'
]) }}
