{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('message', [
        'message_id', 'site', 'direction', 'channel', 'customer_id', 'employee_id', 'ro_id', 'campaign_id',
        'conversation_id', 'sent_at', 'delivered_at', 'failed_at', 'opened_at', 'is_automated'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='message') }}
),

keyed as (
    select
        newest._key as message_key,
        newest._order as source_order,
        sites.site_key,
        case when sites.site_key is not null then 'source' end as site_basis,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.message_id as source_entity_id,
        newest.direction,
        newest.channel,
        {{ tieout.ref_key(tieout.owner('customer'), 'newest.customer_id') }} as customer_key,
        {{ tieout.ref_key(tieout.owner('employee'), 'newest.employee_id') }} as employee_key,
        {{ tieout.optional_key(tieout.owner('order'), 'newest.ro_id') }} as ro_key,
        {{ tieout.ref_key('newest._connection', 'newest.campaign_id') }} as campaign_key,
        newest.conversation_id,
        newest.sent_at as sent_ts,
        newest.delivered_at as delivered_ts,
        newest.failed_at as failed_ts,
        newest.opened_at as opened_ts,
        coalesce(newest.is_automated, false) as is_automated,
        newest._row_hash as source_row_hash,
        newest._bound as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
    {{ tieout.placed('cast(newest.sent_at as date)') }}
)

select * from keyed
