{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('link', [
        'link_id', 'target', 'campaign_id', 'message_id'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='link') }}
),

keyed as (
    select
        {{ tieout.dim_key(['newest._connection', 'newest.link_id']) }} as link_key,
        newest._order as source_order,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.link_id as source_entity_id,
        newest.link_id,
        newest.target,
        {{ tieout.ref_key('newest._connection', 'newest.campaign_id') }} as campaign_key,
        {{ tieout.optional_key('newest._connection', 'newest.message_id') }} as message_key,
        newest._row_hash as source_row_hash,
        newest._bound as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
)

select * from keyed
