{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('postal_area', [
        'postal_code', 'households', 'population', 'latitude', 'longitude'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='postal_area') }}
),

keyed as (
    select
        {{ tieout.dim_key(['newest._connection', 'newest.postal_code']) }} as postal_area_key,
        newest._order as source_order,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.postal_code as source_entity_id,
        newest.postal_code,
        newest.households,
        newest.population,
        newest.latitude,
        newest.longitude,
        newest._row_hash as source_row_hash,
        newest._bound as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
)

select * from keyed
