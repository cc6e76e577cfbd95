{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('inspection', [
        'inspection_id', 'ro_id', 'technician_id', 'started_at', 'completed_at', 'sent_at', 'items_red',
        'items_yellow', 'items_green', 'updated_at'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='inspection') }}
),

keyed as (
    select
        newest._key as dvi_key,
        newest._order as source_order,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.inspection_id as source_entity_id,
        {{ tieout.optional_key(tieout.owner('order'), 'newest.ro_id') }} as ro_key,
        {{ tieout.ref_key(tieout.owner('employee'), 'newest.technician_id') }} as tech_key,
        newest.started_at as start_ts,
        newest.completed_at as complete_ts,
        newest.sent_at as sent_ts,
        newest.sent_at is not null as is_sent,
        newest.items_red,
        newest.items_yellow,
        newest.items_green,
        newest._row_hash as source_row_hash,
        coalesce(newest.updated_at, newest._bound) as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
    {{ tieout.owners() }}
)

select * from keyed
