{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('opening_balance', [
        'site', 'account', 'customer_id', 'ro_id', 'amount', 'business_date'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='opening_balance') }}
),

keyed as (
    select
        newest._key as opening_balance_key,
        newest._order as source_order,
        coalesce(sites.site_key, -1) as site_key,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.site || '|' || newest.account || '|' || cast(newest.business_date as varchar)
        || '|' || coalesce(newest.customer_id, '') || '|' || coalesce(newest.ro_id, '') as source_entity_id,
        newest.account,
        {{ tieout.ref_key(tieout.owner('customer'), 'newest.customer_id') }} as customer_key,
        {{ tieout.optional_key(tieout.owner('order'), 'newest.ro_id') }} as ro_key,
        newest.amount,
        newest.business_date,
        newest._row_hash as source_row_hash,
        newest._bound as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
    {{ tieout.placed('newest.business_date') }}
)

select * from keyed
