{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('ro_participant', [
        'ro_id', 'employee_id', 'role', 'added_at'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='ro_participant') }}
),

keyed as (
    select
        newest._key as ro_participant_key,
        newest._order as source_order,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.ro_id || '|' || newest.employee_id as source_entity_id,
        {{ tieout.optional_key(tieout.owner('order'), 'newest.ro_id') }} as ro_key,
        {{ tieout.ref_key(tieout.owner('employee'), 'newest.employee_id') }} as employee_key,
        newest.role,
        newest.added_at as added_ts,
        cast('source' as varchar) as how_added,
        newest._row_hash as source_row_hash,
        newest._bound as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
    {{ tieout.owners() }}
)

select * from keyed
