{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('appointment', [
        'appointment_id', 'site', 'customer_id', 'vehicle_id', 'scheduled_at', 'created_at', 'source', 'status',
        'ro_id', 'reschedule_of_id', 'services', 'booked_hours', 'advisor_id', 'confirmed_at', 'reminders_sent',
        'updated_at'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='appointment') }}
),

keyed as (
    select
        newest._key as appointment_key,
        newest._order as source_order,
        coalesce(sites.site_key, -1) as site_key,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.appointment_id as source_entity_id,
        {{ tieout.ref_key(tieout.owner('customer'), 'newest.customer_id') }} as customer_key,
        {{ tieout.ref_key(tieout.owner('vehicle'), 'newest.vehicle_id') }} as vehicle_key,
        newest.scheduled_at as scheduled_ts,
        {{ tieout.placed_date('scheduled_at') }} as scheduled_business_date,
        newest.created_at as created_ts,
        {{ tieout.placed_date('created_at') }} as created_business_date,
        newest.source,
        newest.status,
        {{ tieout.optional_key(tieout.owner('order'), 'newest.ro_id') }} as ro_key,
        {{ tieout.optional_key('newest._connection', 'newest.reschedule_of_id') }} as reschedule_of_key,
        newest.services,
        newest.booked_hours,
        {{ tieout.ref_key(tieout.owner('employee'), 'newest.advisor_id') }} as advisor_key,
        newest.confirmed_at as confirmed_ts,
        newest.reminders_sent,
        newest._row_hash as source_row_hash,
        coalesce(newest.updated_at, newest._bound) as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
    {{ tieout.placed('cast(newest.scheduled_at as date)', ['scheduled_at', 'created_at']) }}
)

select * from keyed
