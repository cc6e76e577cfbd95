{#- Columns of a call that come from the source as they are. -#}
{% macro call_columns() -%}
    {{ return([
        'call_key', 'version', 'source_order', 'source_row_hash', 'is_deleted_at_source', 'origin_site_key',
        'source_connection_key', 'source_entity_id', 'direction', 'from_e164', 'to_did', 'start_ts', 'answer_ts',
        'end_ts', 'status', 'entry_point', 'extension', 'first_answer_employee_key', 'is_spam', 'recording_id'
    ]) }}
{%- endmacro %}

{#- The site of each of `calls`: an inbound call belongs to the site of the number that was called, whoever answered it. -#}
{% macro call_site() -%}
    coalesce(case when calls.direction = 'in' then numbers.site_key end, calls.origin_site_key)
{%- endmacro %}

{% macro called_numbers() -%}
    left join {{ ref('dim_phone_number') }} as numbers
        on calls.to_did = numbers.number
        and cast(calls.start_ts as date) between numbers.valid_from and numbers.valid_to
        and not numbers.is_deleted_at_source
{%- endmacro %}
