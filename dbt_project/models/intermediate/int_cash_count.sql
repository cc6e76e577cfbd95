{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('cash_count', [
        'site', 'business_date', 'drawer', 'counted_cash', 'counted_checks', 'deposit_slip', 'deposited_amount',
        'counted_by_id'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='cash_count') }}
),

keyed as (
    select
        newest._key as cash_count_key,
        newest._order as source_order,
        coalesce(sites.site_key, -1) as site_key,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.site || '|' || cast(newest.business_date as varchar) || '|' || newest.drawer as source_entity_id,
        newest.business_date,
        newest.drawer,
        newest.counted_cash,
        newest.counted_checks,
        newest.deposit_slip,
        newest.deposited_amount as bank_deposit_amount,
        {{ tieout.ref_key(tieout.owner('employee'), 'newest.counted_by_id') }} as counted_by_key,
        newest._row_hash as source_row_hash,
        newest._bound as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
    {{ tieout.placed('newest.business_date') }}
)

select * from keyed
