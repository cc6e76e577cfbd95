{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'media_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
{{ tieout.standing_on_its_order(this, 'int_media', 'media_key', [
    'media_key', 'source_order', 'site_key', 'source_connection_key', 'source_entity_id', 'ro_key', 'media_kind',
    'created_by_key', 'created_ts', 'source_row_hash', 'recorded_ts', 'is_deleted_at_source'
]) }}
