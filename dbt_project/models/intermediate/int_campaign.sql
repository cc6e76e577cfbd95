{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('campaign', [
        'campaign_id', 'name', 'channel', 'cost'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='campaign') }}
),

keyed as (
    select
        {{ tieout.dim_key(['newest._connection', 'newest.campaign_id']) }} as campaign_key,
        newest._order as source_order,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.campaign_id as source_entity_id,
        newest.campaign_id,
        newest.name,
        newest.channel,
        newest.cost,
        newest._row_hash as source_row_hash,
        newest._bound as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
)

select * from keyed
