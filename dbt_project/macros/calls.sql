{#- Columns of a call that come from the source as they are. -#}
{% macro call_columns() -%}
    {{ return([
        'call_key', 'version', 'source_order', 'source_row_hash', 'is_deleted_at_source', 'origin_site_key',
        'source_connection_key', 'source_entity_id', 'direction', 'from_e164', 'to_did', 'start_ts', 'answer_ts',
        'end_ts', 'status', 'entry_point', 'extension', 'first_answer_employee_key', 'is_spam', 'recording_id'
    ]) }}
{%- endmacro %}
