{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('payout', [
        'payout_id', 'site', 'expected_date', 'deposited_date', 'amount', 'status', 'bank_reference'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='payout') }}
),

keyed as (
    select
        newest._key as payout_key,
        newest._order as source_order,
        coalesce(sites.site_key, -1) as site_key,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.payout_id as source_entity_id,
        newest.expected_date,
        newest.deposited_date,
        newest.amount,
        newest.status,
        newest.bank_reference,
        newest._row_hash as source_row_hash,
        newest._bound as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
    {{ tieout.placed('newest.expected_date') }}
)

select * from keyed
