{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('audit_event', [
        'event_id', 'site', 'user_id', 'user_name', 'event_at', 'entity_type', 'entity_id', 'action', 'field',
        'old_value', 'new_value', 'ip', 'via'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='audit_event') }}
),

keyed as (
    select
        newest._key as audit_event_key,
        newest._order as source_order,
        coalesce(sites.site_key, -1) as site_key,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.event_id as source_entity_id,
        {{ tieout.ref_key(tieout.owner('employee'), 'newest.user_id') }} as user_key,
        newest.user_name,
        newest.event_at as event_ts,
        {{ tieout.placed_date('event_at') }} as business_date,
        newest.entity_type,
        newest.entity_id,
        case
            when newest.entity_type = 'repair_order'
                then {{ tieout.optional_key(tieout.owner('order'), 'newest.entity_id') }}
        end as ro_key,
        newest.action,
        newest.field,
        newest.old_value,
        newest.new_value,
        newest.ip,
        newest.via,
        newest._row_hash as source_row_hash,
        newest._bound as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
    {{ tieout.placed('cast(newest.event_at as date)', ['event_at']) }}
)

select * from keyed
