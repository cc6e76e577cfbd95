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
    left join {{ tieout.offsets_at(instant, 'newest') }} as zone_{{ instant }}
        on coalesce(sites.iana_tz, 'UTC') = zone_{{ instant }}.iana_tz
        and {{ tieout.half_hour('newest.' ~ instant) }} = zone_{{ instant }}.half_hour
    {%- endfor %}
{%- endmacro %}

{% macro placed_date(instant) -%}
    {{ tieout.business_date(
        'newest.' ~ instant, 'zone_' ~ instant ~ '.offset_minutes', 'coalesce(sites.day_cutoff_minutes, 0)'
    ) }}
{%- endmacro %}

{#- The site of every repair order as this build leaves it, before the fact itself is replaced. -#}
{% macro order_sites() -%}
    (
        select ro_key, site_key from {{ ref('incoming_ro') }}
        {%- if is_incremental() %}
        union all
        select ro_key, site_key from {{ tieout.stored('core', 'fct_repair_order') }}
        where ro_key not in (select ro_key from {{ ref('incoming_ro') }})
        {%- endif %}
    )
{%- endmacro %}

{#- Rows of a fact that stands on the site of what it hangs on (`parents`): those that this build takes in and, of the
    `stored` ones, those whose parent has come since or moved (`changed` names it). `told`: columns that stay as they
    are; `own`: which stored rows stand on a site of their own. -#}
{% macro hanging(stored, rows_of, key, told, parents, parent_key, changed, own='false') -%}
    {%- do ref(changed) -%}
    select {{ told | join(', ') }} from {{ ref(rows_of) }} as incoming
    {%- if is_incremental() %}
    where not exists (
        select 1 from {{ stored }} as stored_row
        where stored_row.{{ key }} = incoming.{{ key }} and stored_row.source_order > incoming.source_order
    )
    union all
    select {{ told | join(', ') }} from {{ stored }} as stored_row
    where stored_row.{{ parent_key }} in (select {{ parent_key }} from {{ ref(changed) }})
    and not ({{ own }})
    and not exists (
        select 1 from {{ ref(rows_of) }} as incoming
        where incoming.{{ key }} = stored_row.{{ key }} and incoming.source_order >= stored_row.source_order
    )
    and not exists (
        select 1 from {{ parents }} as parents
        where parents.{{ parent_key }} = stored_row.{{ parent_key }} and parents.site_key = stored_row.site_key
    )
    {%- endif %}
{%- endmacro %}

{#- A fact that has no site but its repair order's; one whose order is not there yet waits on none. -#}
{% macro standing_on_its_order(stored, rows_of, key, columns) -%}
with arrived as (
    {{ tieout.hanging(
        stored, rows_of, key, columns | reject('eq', 'site_key') | list, tieout.order_sites(), 'ro_key', 'incoming_ro'
    ) }}
),

placed as (
    select
        {% for column in columns -%}
        {{ 'coalesce(orders.site_key, -1) as site_key' if column == 'site_key' else 'arrived.' ~ column }}{{ ',' if not loop.last }}
        {% endfor -%}
    from arrived
    left join {{ tieout.order_sites() }} as orders on arrived.ro_key = orders.ro_key
)

select * from placed
{%- endmacro %}

{#- Programs that fetch a link before anybody has clicked it say so in their name. -#}
{% macro is_preview(user_agent) -%}
    coalesce(
        lower({{ user_agent }}) like '%bot%' or lower({{ user_agent }}) like '%preview%'
        or lower({{ user_agent }}) like '%facebookexternalhit%' or lower({{ user_agent }}) like '%crawler%',
        false
    )
{%- endmacro %}

{#- The facts whose rows arrive by themselves: entity -> fact, its key, whether it hangs on a repair order, the business
    days that it counts on, and whether they may move with the order. -#}
{% macro arriving_facts() -%}
    {{ return({
        'inspection': {'fact': 'fct_dvi', 'key': 'dvi_key', 'order': true, 'dates': []},
        'ar_entry': {'fact': 'fct_ar_entry', 'key': 'ar_entry_key', 'order': true, 'dates': ['business_date']},
        'call_score': {'fact': 'fct_call_score', 'key': 'call_score_key', 'order': false, 'dates': []},
        'task': {'fact': 'fct_task', 'key': 'task_key', 'order': true,
            'dates': ['created_business_date', 'closed_business_date']},
        'task_event': {'fact': 'fct_task_event', 'key': 'task_event_key', 'order': false, 'dates': []},
        'message': {'fact': 'fct_message', 'key': 'message_key', 'order': true, 'dates': ['sent_business_date'],
            'moves': true},
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

{#- Facts beside the DMS that count on business days: fact -> the columns that say which. -#}
{% macro dated_facts() -%}
    {%- set dated = {'fct_task_event': ['event_business_date']} -%}
    {%- for fact in tieout.arriving_facts().values() if fact['dates'] -%}
        {%- do dated.update({fact['fact']: fact['dates']}) -%}
    {%- endfor -%}
    {{ return(dated) }}
{%- endmacro %}
