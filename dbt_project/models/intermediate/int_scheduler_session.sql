{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('scheduler_session', [
        'session_id', 'site', 'started_at', 'furthest_step', 'completed', 'appointment_id', 'referrer'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='scheduler_session') }}
),

keyed as (
    select
        newest._key as scheduler_session_key,
        newest._order as source_order,
        coalesce(sites.site_key, -1) as site_key,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.session_id as source_entity_id,
        newest.started_at as start_ts,
        {{ tieout.placed_date('started_at') }} as start_business_date,
        newest.furthest_step,
        coalesce(newest.completed, false) as is_completed,
        {{ tieout.optional_key('newest._connection', 'newest.appointment_id') }} as appointment_key,
        newest.referrer,
        newest._row_hash as source_row_hash,
        newest._bound as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
    {{ tieout.placed('cast(newest.started_at as date)', ['started_at']) }}
)

select * from keyed
