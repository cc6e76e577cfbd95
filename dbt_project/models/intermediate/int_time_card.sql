{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('time_card', [
        'card_id', 'site', 'employee_id', 'in_at', 'out_at', 'hours', 'approved'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='time_card') }}
),

keyed as (
    select
        newest._key as time_card_key,
        newest._order as source_order,
        coalesce(sites.site_key, -1) as site_key,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.card_id as source_entity_id,
        {{ tieout.ref_key(tieout.owner('employee'), 'newest.employee_id') }} as employee_key,
        newest.in_at as in_ts,
        {{ tieout.placed_date('in_at') }} as business_date,
        newest.out_at as out_ts,
        newest.hours,
        coalesce(newest.approved, false) as is_approved,
        newest._row_hash as source_row_hash,
        newest._bound as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
    {{ tieout.placed('cast(newest.in_at as date)', ['in_at']) }}
)

select * from keyed
