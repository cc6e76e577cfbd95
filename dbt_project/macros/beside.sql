{#- Rows of systems beside the DMS: whose ids they name, whose site they stand on, and what of them changed. -#}

{#- tieout.yml may say that the ids of orders, people or calls in one connection are those of another (`ids_of`). The
    columns of config.connection say so for each kind of id; `owners` is that row, `newest` the rows. -#}
{% macro owners() -%}
    left join {{ source('config', 'connection') }} as owners on newest._connection = owners.connection
{%- endmacro %}

{% macro owner(kind) -%}
    coalesce(owners.{{ kind }}_ids, newest._connection)
{%- endmacro %}

{#- A nullable source id as the key of a fact. -#}
{% macro optional_key(connection, id) -%}
    case when {{ id }} is not null then {{ tieout.source_key([connection, id]) }} end
{%- endmacro %}

{#- The site of each row on the day it is about, and the clock of each of its instants. A row that names no site is of
    the connection's only one, if it has just one. -#}
{% macro placed(at, instants=[], code='newest.site') -%}
    {{ tieout.owners() }}
    left join {{ ref('int_site_source') }} as sites
        on newest._connection = sites.connection
        and coalesce({{ code }}, owners.only_site_code) = sites.source_site_id
        and {{ at }} between sites.valid_from and sites.valid_to
    {%- for instant in instants %}
    {#- only the half hours that are asked for: DuckDB would hash thirty years of them for a day's rows #}
    left join (
        select iana_tz, half_hour, offset_minutes
        from {{ source('config', 'utc_offset') }}
        where half_hour in (select {{ tieout.half_hour(instant) }} from newest)
    ) as zone_{{ instant }}
        on coalesce(sites.iana_tz, 'UTC') = zone_{{ instant }}.iana_tz
        and {{ tieout.half_hour('newest.' ~ instant) }} = zone_{{ instant }}.half_hour
    {%- endfor %}
{%- endmacro %}

{% macro placed_date(instant) -%}
    {{ tieout.business_date(
        'newest.' ~ instant, 'zone_' ~ instant ~ '.offset_minutes', 'coalesce(sites.day_cutoff_minutes, 0)'
    ) }}
{%- endmacro %}

{#- Programs that fetch a link before anybody has clicked it say so in their name. -#}
{% macro is_preview(user_agent) -%}
    coalesce(
        lower({{ user_agent }}) like '%bot%' or lower({{ user_agent }}) like '%preview%'
        or lower({{ user_agent }}) like '%facebookexternalhit%' or lower({{ user_agent }}) like '%crawler%',
        false
    )
{%- endmacro %}

{#- The facts whose rows arrive by themselves: entity -> fact, its key, whether it hangs on a repair order, and the
    business days that it counts on. -#}
{% macro arriving_facts() -%}
    {{ return({
        'inspection': {'fact': 'fct_dvi', 'key': 'dvi_key', 'order': true, 'dates': []},
        'ar_entry': {'fact': 'fct_ar_entry', 'key': 'ar_entry_key', 'order': true, 'dates': ['business_date']},
        'call_score': {'fact': 'fct_call_score', 'key': 'call_score_key', 'order': false, 'dates': []},
        'task': {'fact': 'fct_task', 'key': 'task_key', 'order': true,
            'dates': ['created_business_date', 'closed_business_date']},
        'task_event': {'fact': 'fct_task_event', 'key': 'task_event_key', 'order': false, 'dates': []},
        'message': {'fact': 'fct_message', 'key': 'message_key', 'order': true, 'dates': ['sent_business_date']},
        'media': {'fact': 'fct_media', 'key': 'media_key', 'order': true, 'dates': []},
        'media_event': {'fact': 'fct_media_event', 'key': 'media_event_key', 'order': false, 'dates': []},
        'payment_request': {'fact': 'fct_payment_request', 'key': 'payment_request_key', 'order': true, 'dates': []},
        'estimate': {'fact': 'fct_estimate', 'key': 'estimate_key', 'order': true, 'dates': []},
        'estimate_item': {'fact': 'fct_estimate_item', 'key': 'estimate_item_key', 'order': false, 'dates': []},
        'ro_participant': {'fact': 'bridge_ro_participant', 'key': 'ro_participant_key', 'order': true, 'dates': []},
        'campaign_touch': {'fact': 'fct_campaign_touch', 'key': 'campaign_touch_key', 'order': false,
            'dates': ['sent_business_date']},
        'link_click': {'fact': 'fct_link_click', 'key': 'link_click_key', 'order': false, 'dates': ['business_date']},
        'appointment': {'fact': 'fct_appointment', 'key': 'appointment_key', 'order': true,
            'dates': ['scheduled_business_date', 'created_business_date']},
        'appointment_event': {'fact': 'fct_appointment_event', 'key': 'appointment_event_key', 'order': false,
            'dates': []},
        'scheduler_session': {'fact': 'fct_scheduler_session', 'key': 'scheduler_session_key', 'order': false,
            'dates': ['start_business_date']},
        'processor_txn': {'fact': 'fct_processor_txn', 'key': 'processor_txn_key', 'order': false,
            'dates': ['processed_business_date']},
        'payout': {'fact': 'fct_payout', 'key': 'payout_key', 'order': false,
            'dates': ['expected_date', 'deposited_date']},
        'cash_count': {'fact': 'fct_cash_count', 'key': 'cash_count_key', 'order': false, 'dates': ['business_date']},
        'purchase_line': {'fact': 'fct_purchase_line', 'key': 'purchase_line_key', 'order': true,
            'dates': ['invoice_date']},
        'time_card': {'fact': 'fct_time_card', 'key': 'time_card_key', 'order': false, 'dates': ['business_date']},
        'audit_event': {'fact': 'fct_audit_event', 'key': 'audit_event_key', 'order': true, 'dates': ['business_date']},
        'opening_balance': {'fact': 'fct_opening_balance', 'key': 'opening_balance_key', 'order': true,
            'dates': ['business_date']},
    }) }}
{%- endmacro %}
