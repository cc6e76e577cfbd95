{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('campaign_touch', [
        'campaign_id', 'touch_id', 'site', 'customer_id', 'recipient', 'sent_at', 'delivered_at', 'opened_at',
        'clicked_at', 'replied_at', 'opted_out_at', 'failed_at', 'cost'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='campaign_touch') }}
),

keyed as (
    select
        newest._key as campaign_touch_key,
        newest._order as source_order,
        coalesce(sites.site_key, -1) as site_key,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.campaign_id || '|' || newest.touch_id as source_entity_id,
        {{ tieout.ref_key('newest._connection', 'newest.campaign_id') }} as campaign_key,
        {{ tieout.ref_key(tieout.owner('customer'), 'newest.customer_id') }} as customer_key,
        newest.recipient,
        newest.sent_at as sent_ts,
        {{ tieout.placed_date('sent_at') }} as sent_business_date,
        newest.delivered_at as delivered_ts,
        newest.opened_at as opened_ts,
        newest.clicked_at as clicked_ts,
        newest.replied_at as replied_ts,
        newest.opted_out_at as opted_out_ts,
        newest.failed_at as failed_ts,
        newest.cost,
        newest._row_hash as source_row_hash,
        newest._bound as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
    {{ tieout.placed('cast(newest.sent_at as date)', ['sent_at']) }}
)

select * from keyed
