{#- Which model of which source kind feeds a canonical entity. Beside the list in dbt_project.yml, the one place that names a
    new kind. -#}
{% macro feeds(entity) -%}
    {%- set staged = ['repair_order', 'ro_line', 'ro_job', 'ro_tax', 'tender', 'customer', 'vehicle', 'employee'] -%}
    {%- set beside = [
        'inspection', 'ar_entry', 'call_score', 'task', 'task_event', 'message', 'media', 'media_event',
        'payment_request', 'estimate', 'estimate_item', 'ro_participant', 'campaign', 'campaign_touch', 'link',
        'link_click', 'appointment', 'appointment_event', 'scheduler_session', 'processor_txn', 'payout',
        'cash_count', 'purchase_line', 'time_card', 'audit_event', 'postal_area', 'opening_balance'
    ] -%}
    {%- set by_kind = {
        'files': staged + beside + [
            'ro_status_event', 'call', 'call_leg', 'call_step', 'extension', 'phone_number', 'site_hours',
            'control_total'
        ],
        'sql': staged + [
            'ro_status_event', 'control_total', 'appointment', 'ar_entry', 'purchase_line', 'time_card'
        ],
        'shopware': staged + ['inspection', 'appointment', 'time_card'],
        'tekmetric': staged,
        'protractor': ['repair_order', 'ro_line', 'ro_job', 'ro_tax', 'customer', 'vehicle', 'employee'],
        'dealertrack': ['repair_order', 'ro_line', 'ro_tax', 'customer', 'vehicle', 'employee'],
        'shopdata': ['repair_order', 'ro_line', 'ro_job', 'ro_tax', 'customer', 'vehicle', 'employee'],
        'star': ['repair_order', 'ro_line', 'ro_job', 'ro_tax', 'customer', 'vehicle', 'employee'],
        'cdk': ['repair_order', 'ro_line', 'ro_tax', 'tender', 'customer', 'vehicle', 'employee'],
        'pbs': ['repair_order', 'ro_line', 'ro_job', 'ro_tax', 'customer', 'vehicle', 'employee'],
        'asterisk': ['call', 'call_leg', 'call_step'],
        'freeswitch': ['call', 'call_leg', 'call_step'],
        'threecx': ['call', 'call_leg', 'call_step'],
        'ringcentral': ['call', 'call_leg', 'call_step'],
        'twilio': ['call', 'call_leg'],
        'callrail': ['call'],
        'iif': ['control_total'],
        'square': ['processor_txn', 'payout'],
        'stripe': ['processor_txn', 'payout'],
        'shopmonkey': staged + ['appointment', 'time_card', 'inspection'],
    } -%}
    {%- set models = {} -%}
    {#- files and sql stage canonical columns already; every other kind comes to them in kinds/<kind>/intermediate -#}
    {%- for kind, entities in by_kind.items() if entity in entities -%}
        {%- set layer = 'stg' if kind in ['files', 'sql'] else 'int' -%}
        {%- do models.update({kind: layer ~ '_' ~ kind ~ '__' ~ entity}) -%}
    {%- endfor -%}
    {{ return(models) }}
{%- endmacro %}

{#- The union of an entity over the kinds that the company has; `files` is always among them, empty and typed where no
    connection uses it. -#}
{% macro union_feeds(entity, columns) -%}
    {%- set meta_columns = [
        '_connection', '_key', '_parent_key', '_order', '_version', '_row_hash', '_is_deleted', '_bound'
    ] -%}
    {%- for kind, model in tieout.feeds(entity).items() if kind == 'files' or kind in var('kinds') -%}
        {{ "union all" if not loop.first }}
        select {{ (columns + meta_columns) | join(', ') }}
        from {{ ref(model) }}
    {% endfor -%}
{%- endmacro %}

{#- Raw values of a column whose vocabulary the site decides, translated by config.value_map; a value without a line in
    the map never gets here (it is quarantined at landing), so a value of a column without a map stays as it is. -#}
{% macro mapped(table_name, column_name, alias) -%}
    left join {{ source('config', 'value_map') }} as {{ alias }}
        on {{ alias }}.table_name = '{{ table_name }}'
        and {{ alias }}.column_name = '{{ column_name }}'
        and {{ alias }}.connection = rows_of._connection
        and {{ alias }}.raw = rows_of.{{ column_name }}
{%- endmacro %}
