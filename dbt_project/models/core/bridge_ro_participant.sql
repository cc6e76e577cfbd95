{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'ro_participant_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
{{ tieout.standing_on_its_order(this, 'int_ro_participant', 'ro_participant_key', [
    'ro_participant_key', 'source_order', 'site_key', 'source_connection_key', 'source_entity_id', 'ro_key',
    'employee_key', 'role', 'added_ts', 'how_added', 'source_row_hash', 'recorded_ts', 'is_deleted_at_source'
]) }}
