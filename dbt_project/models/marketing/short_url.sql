{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set row = [
    'site_key', 'period_grain', 'period_start', 'period_end', 'link_key', 'channel', 'business_date', 'recipient'
] -%}
with days as (
    {{ tieout.reported_days() }}
),

-- a link goes out in one message, or to everybody whom its campaign reaches
sends as (
    select
        links.link_key,
        messages.site_key,
        coalesce(messages.channel, 'unknown') as channel,
        messages.message_key as send_key,
        messages.source_entity_id as send_id,
        cast(null as varchar) as recipient,
        messages.sent_ts,
        messages.sent_business_date as business_date,
        messages.delivered_ts is not null as is_delivered,
        messages.ro_key,
        cast(null as bigint) as golden_customer_key
    from {{ ref('dim_link') }} as links
    inner join {{ ref('fct_message') }} as messages on links.message_key = messages.message_key
    where not links.is_deleted_at_source and not messages.is_deleted_at_source
    union all
    select
        links.link_key,
        touches.site_key,
        coalesce(campaigns.channel, 'unknown'),
        touches.campaign_touch_key,
        touches.source_entity_id,
        touches.recipient,
        touches.sent_ts,
        touches.sent_business_date,
        touches.delivered_ts is not null,
        cast(null as uuid),
        coalesce(golden.golden_customer_key, touches.customer_key)
    from {{ ref('dim_link') }} as links
    inner join {{ ref('fct_campaign_touch') }} as touches on links.campaign_key = touches.campaign_key
    left join {{ ref('dim_campaign') }} as campaigns on links.campaign_key = campaigns.campaign_key
    left join {{ ref('bridge_customer_source') }} as golden on touches.customer_key = golden.customer_key
    where links.message_key is null and links.campaign_key <> -1
    and not links.is_deleted_at_source and not touches.is_deleted_at_source
),

first_sends as (
    select *
    from (
        select *, row_number() over (partition by link_key order by sent_ts asc, send_id asc) as place from sends
    ) as numbered
    where place = 1
),

-- the newest one before the click that went to who clicked
answered as (
    select link_click_key, send_key
    from (
        select
            clicks.link_click_key,
            sends.send_key,
            row_number() over (
                partition by clicks.link_click_key order by sends.sent_ts desc, sends.send_id desc
            ) as place
        from {{ ref('fct_link_click') }} as clicks
        inner join sends
            on clicks.link_key = sends.link_key
            and (clicks.recipient = sends.recipient or sends.recipient is null)
            and clicks.event_ts >= sends.sent_ts
    ) as numbered
    where place = 1
),

clicks as (
    select
        sends.site_key,
        sends.link_key,
        sends.channel,
        {{ tieout.day_at('clicks.event_ts', 'shops') }} as business_date,
        clicks.link_click_key,
        clicks.recipient,
        clicks.event_ts,
        sends.sent_ts,
        sends.ro_key,
        sends.golden_customer_key,
        clicks.is_bot or clicks.event_ts < sends.sent_ts + interval '2' second as is_bot,
        options.conversion_window_days
    from {{ ref('fct_link_click') }} as clicks
    left join answered on clicks.link_click_key = answered.link_click_key
    left join first_sends on clicks.link_key = first_sends.link_key
    inner join sends
        on clicks.link_key = sends.link_key and coalesce(answered.send_key, first_sends.send_key) = sends.send_key
    inner join {{ ref('dim_site') }} as shops on sends.site_key = shops.site_key
    inner join {{ tieout.site_options({'conversion_window_days': 'integer'}) }} as options
        on sends.site_key = options.site_key
    where not clicks.is_deleted_at_source
),

converted as (
    select clicks.link_click_key
    from clicks
    inner join {{ ref('fct_payment_request') }} as requests
        on clicks.ro_key = requests.ro_key and clicks.event_ts <= requests.paid_ts
    where not requests.is_deleted_at_source and not clicks.is_bot
    union
    select clicks.link_click_key
    from clicks
    inner join {{ ref('bridge_customer_source') }} as golden on clicks.golden_customer_key = golden.golden_customer_key
    inner join {{ ref('fct_appointment') }} as appointments
        on golden.customer_key = appointments.customer_key
        and clicks.event_ts <= appointments.created_ts
        and appointments.created_ts <= clicks.event_ts + clicks.conversion_window_days * interval '1 day'
    where not appointments.is_deleted_at_source and not clicks.is_bot
),

sent as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        sends.link_key,
        sends.channel,
        sends.business_date,
        sends.recipient,
        1 as sends,
        case when sends.is_delivered then 1 end as delivered
    from sends
    inner join days on sends.site_key = days.site_key and sends.business_date = days.business_date
),

clicked as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        clicks.link_key,
        clicks.channel,
        clicks.business_date,
        clicks.recipient,
        clicks.event_ts,
        case when not clicks.is_bot then 1 end as clicks,
        case when clicks.is_bot then 1 end as bot_clicks,
        case when not clicks.is_bot then clicks.recipient end as unique_clickers,
        case when not clicks.is_bot then clicks.event_ts end as human_ts,
        case when not clicks.is_bot then {{ tieout.seconds_between('clicks.sent_ts', 'clicks.event_ts') }} end
            as wait_s,
        converted.link_click_key as conversions
    from clicks
    inner join days on clicks.site_key = days.site_key and clicks.business_date = days.business_date
    left join converted on clicks.link_click_key = converted.link_click_key
),

behind as (
    {{ tieout.stacked(
        row + ['event_ts', 'sends', 'delivered', 'clicks', 'bot_clicks', 'unique_clickers', 'human_ts', 'wait_s',
            'conversions'],
        {
            'sent': row + ['sends', 'delivered'],
            'clicked': row + ['event_ts', 'clicks', 'bot_clicks', 'unique_clickers', 'human_ts', 'wait_s', 'conversions']
        }
    ) }}
),

rolled as (
    {{ tieout.rolled(
        keys=['link_key', 'channel'], sums=['sends', 'delivered', 'clicks', 'bot_clicks'],
        distincts=['unique_clickers', 'conversions'], columns=['human_ts', 'wait_s'], aggregates={
            'first_click_ts': 'min(human_ts)', 'last_click_ts': 'max(human_ts)',
            'median_wait_s': tieout.median('wait_s')
        }, lacks={'marketing': 'marketing'}
    ) }}
),

final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        rolled.link_key,
        rolled.channel,
        links.link_id,
        links.target,
        campaigns.name as campaign,
        {% for column in ['sends', 'delivered', 'clicks', 'bot_clicks', 'unique_clickers'] -%}
        {{ tieout.unless_lacking('marketing', tieout.count_of('rolled.' ~ column)) }} as {{ column }},
        {% endfor -%}
        {{ tieout.ratio('rolled.unique_clickers', 'rolled.delivered') }} as ctr,
        cast(rolled.first_click_ts as timestamp with time zone) as first_click_ts,
        cast(rolled.last_click_ts as timestamp with time zone) as last_click_ts,
        {{ tieout.per('rolled.median_wait_s', '60') }} as median_minutes_to_click,
        {{ tieout.unless_lacking('marketing', tieout.count_of('rolled.conversions')) }} as conversions,
        {{ tieout.null_reason('marketing', 'no_marketing_source') }} as null_reason,
        {{ tieout.count_of('rolled.marketing_missing') }} as sites_missing
    from rolled
    left join {{ ref('dim_link') }} as links on rolled.link_key = links.link_key
    left join {{ ref('dim_campaign') }} as campaigns on links.campaign_key = campaigns.campaign_key
)

select * from final
