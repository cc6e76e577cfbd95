{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set row = [
    'site_key', 'period_grain', 'period_start', 'period_end', 'message_key', 'call_key', 'business_date'
] -%}
{% set sums = ['texts_sent', 'texts_received', 'responses', 'response_s', 'missed_call_callbacks'] -%}
{% set calls = [
    'calls', 'inbound_calls', 'unique_inbound', 'outbound_calls', 'inbound_minutes', 'outbound_minutes',
    'avg_duration_s', 'avg_duration_answered_s', 'answered', 'missed', 'voicemail', 'anonymous_calls', 'peak_hour',
    'peak_hour_calls', 'answer_rate', 'avg_ring_s'
] -%}
{% set lacks = {
    'phone': 'telephony', 'texts': 'messaging', 'tasks': 'tasks', 'visits': 'scheduler', 'quote': 'quotes'
} -%}
{% set owners = {
    'rung': ref('call_summary'), 'first_calls': ref('first_call_conversion_metrics'),
    'tasks': ref('task_site_stats'), 'sold': ref('site_comparison_tracker'), 'visits': ref('online_scheduler')
} -%}
with days as (
    {{ tieout.reported_days() }}
),

texts as (
    select
        message_key,
        site_key,
        source_connection_key,
        source_entity_id,
        conversation_id,
        direction,
        sent_ts,
        sent_business_date,
        direction = 'out' and not coalesce(is_automated, false) as is_reply
    from {{ ref('fct_message') }}
    where channel in ('sms', 'mms') and not is_deleted_at_source
),

-- how often a person has answered in the conversation so far
turns as (
    select
        *,
        sum(case when is_reply then 1 else 0 end) over (
            partition by source_connection_key, conversation_id order by sent_ts asc, source_entity_id asc
            rows between unbounded preceding and current row
        ) as turn
    from texts
    where conversation_id is not null
),

asked as (
    select
        *,
        row_number() over (
            partition by source_connection_key, conversation_id, turn order by sent_ts asc, source_entity_id asc
        ) as place
    from turns
    where direction = 'in'
),

answered as (
    select asked.message_key, asked.site_key, asked.sent_ts, replies.sent_ts as reply_ts
    from asked
    inner join turns as replies
        on asked.source_connection_key = replies.source_connection_key
        and asked.conversation_id = replies.conversation_id
        and asked.turn + 1 = replies.turn
        and replies.is_reply
    where asked.place = 1
),

instants as (
    select site_key, sent_ts as ts from answered
    union all
    select site_key, reply_ts from answered
),

clock as (
    {{ tieout.business_seconds('instants') }}
),

texted as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        texts.message_key,
        texts.sent_business_date as business_date,
        case when texts.direction = 'out' then 1 end as texts_sent,
        case when texts.direction = 'in' then 1 end as texts_received,
        case when answered.message_key is not null then 1 end as responses,
        replied.business_seconds - begun.business_seconds as response_s
    from texts
    inner join days on texts.site_key = days.site_key and texts.sent_business_date = days.business_date
    left join answered on texts.message_key = answered.message_key
    left join clock as begun on answered.site_key = begun.site_key and answered.sent_ts = begun.ts
    left join clock as replied on answered.site_key = replied.site_key and answered.reply_ts = replied.ts
),

missed as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        calls_of.call_key,
        calls_of.start_business_date as business_date,
        1 as missed_call_callbacks
    from {{ ref('fct_call') }} as calls_of
    inner join days on calls_of.site_key = days.site_key and calls_of.start_business_date = days.business_date
    where calls_of.direction = 'in'
    and calls_of.status in ('missed', 'abandoned', 'voicemail')
    and not calls_of.is_deleted_at_source
    and exists (
        select 1 from {{ ref('fct_call') }} as backs
        where backs.direction = 'out'
        and not backs.is_deleted_at_source
        and backs.site_key = calls_of.site_key
        and backs.to_did = calls_of.from_e164
        and backs.start_ts > calls_of.start_ts
        and backs.start_ts <= calls_of.start_ts + interval '24' hour
    )
),

behind as (
    {{ tieout.stacked(row + sums, {
        'texted': row | reject('eq', 'call_key') | list + sums | reject('eq', 'missed_call_callbacks') | list,
        'missed': row | reject('eq', 'message_key') | list + ['missed_call_callbacks']
    }) }}
),

rolled as (
    {{ tieout.rolled(sums=sums, lacks=lacks) }}
),

-- an order is of one shop: the company's are the shops' together
segments as (
    select
        coalesce(site_key, -2) as site_key,
        period_grain,
        period_start,
        period_end,
        sum(case when segment = 'new' then ros else 0 end) as new_ros,
        sum(case when segment = 'repeat' then ros else 0 end) as repeat_ros
    from {{ ref('new_vs_repeat') }}
    where row_type = 'detail'
    group by grouping sets (
        (site_key, period_grain, period_start, period_end), (period_grain, period_start, period_end)
    )
),

{% for name, owner in owners.items() -%}
{{ name }} as (
    select *
    from {{ owner }}
    where row_type {{ "<> 'detail'" if name in ('tasks', 'visits') else "in ('detail', 'total')" }}
),

{% endfor -%}
final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        {% for column in calls -%}
        rung.{{ column }},
        {% endfor -%}
        {{ tieout.unless_lacking('phone', tieout.count_of('rolled.missed_call_callbacks')) }} as missed_call_callbacks,
        first_calls.first_time_callers,
        first_calls.converted as first_calls_converted,
        first_calls.conversion_rate as first_call_conversion_rate,
        {{ tieout.unless_lacking('texts', tieout.count_of('rolled.texts_sent')) }} as texts_sent,
        {{ tieout.unless_lacking('texts', tieout.count_of('rolled.texts_received')) }} as texts_received,
        {{ tieout.seconds_per('rolled.response_s', 'rolled.responses * 60') }} as avg_response_min,
        tasks.created as tasks_opened,
        tasks.completed + tasks.cancelled as tasks_closed,
        tasks.overdue_closing as tasks_overdue,
        sold.ro_count as ros,
        sold.gross_sales,
        sold.avg_ro,
        sold.gross_profit,
        sold.close_pct,
        sold.lof,
        sold.tire_sales,
        sold.tire_units,
        sold.inspections,
        sold.discounts,
        {{ tieout.count_of('coalesce(segments.new_ros, 0)') }} as new_ros,
        {{ tieout.count_of('coalesce(segments.repeat_ros, 0)') }} as repeat_ros,
        visits.scheduled as appointments,
        visits.no_show as no_shows,
        cast(null as integer) as reviews,
        {{ tieout.ratio('rung.inbound_calls', 'sold.ro_count') }} as calls_per_ro,
        nullif(concat_ws(
            '; ',
            {{ tieout.null_reason('phone', 'no_telephony_source') }},
            {{ tieout.null_reason('texts', 'no_messaging_source') }},
            {{ tieout.null_reason('tasks', 'no_tasks_source') }},
            {{ tieout.null_reason('visits', 'no_scheduler_source') }},
            {{ tieout.null_reason('quote', 'no_quote_source') }}
        ), '') as null_reason,
        {{ tieout.count_of(
            'greatest(phone_missing, texts_missing, tasks_missing, visits_missing, quote_missing)'
        ) }} as sites_missing,
        sold.formula_family,
        sold.mixed_family_flag
    from rolled
    {%- for relation in owners.keys() | list + ['segments'] %}
    left join {{ relation }}
        on rolled.site_key = {{ relation }}.site_key
        and rolled.period_grain = {{ relation }}.period_grain
        and rolled.period_start = {{ relation }}.period_start
        and rolled.period_end = {{ relation }}.period_end
    {%- endfor %}
)

select * from final
