{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('ar_entry', [
        'entry_id', 'site', 'customer_id', 'ro_id', 'type', 'amount', 'business_date', 'updated_at'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='ar_entry') }}
),

keyed as (
    select
        newest._key as ar_entry_key,
        newest._order as source_order,
        coalesce(sites.site_key, -1) as site_key,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.entry_id as source_entity_id,
        {{ tieout.ref_key(tieout.owner('customer'), 'newest.customer_id') }} as customer_key,
        {{ tieout.optional_key(tieout.owner('order'), 'newest.ro_id') }} as ro_key,
        newest.type as entry_type,
        newest.amount,
        newest.business_date,
        case when newest._is_deleted then newest.updated_at end as deleted_ts,
        newest._row_hash as source_row_hash,
        coalesce(newest.updated_at, newest._bound) as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
    {{ tieout.placed('newest.business_date') }}
)

select * from keyed
