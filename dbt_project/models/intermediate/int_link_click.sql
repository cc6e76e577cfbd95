{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('link_click', [
        'link_id', 'click_id', 'event_at', 'recipient', 'user_agent'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='link_click') }}
),

keyed as (
    select
        newest._key as link_click_key,
        newest._order as source_order,
        coalesce(sites.site_key, -1) as site_key,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.link_id || '|' || newest.click_id as source_entity_id,
        {{ tieout.ref_key('newest._connection', 'newest.link_id') }} as link_key,
        newest.event_at as event_ts,
        {{ tieout.placed_date('event_at') }} as business_date,
        newest.recipient,
        newest.user_agent,
        {{ tieout.is_preview('newest.user_agent') }} as is_bot,
        newest._row_hash as source_row_hash,
        newest._bound as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
    {{ tieout.placed('cast(newest.event_at as date)', ['event_at'], code='null') }}
)

select * from keyed
