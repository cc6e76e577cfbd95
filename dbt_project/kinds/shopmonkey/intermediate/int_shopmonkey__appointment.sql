with appointments as (
    select * from {{ ref('stg_shopmonkey__appointment') }}
),

canonical as (
    select
        appointment_id,
        location_id as site,
        customer_id,
        vehicle_id,
        start_date as scheduled_at,
        created_date as created_at,
        cast(null as varchar) as source,
        case
            when cancelation_note is not null then 'cancelled'
            when is_confirmed then 'confirmed'
            else 'booked'
        end as status,
        order_id as ro_id,
        cast(null as varchar) as reschedule_of_id,
        title as services,
        {{ tieout.hours(tieout.div(tieout.seconds_between('start_date', 'end_date'), '3600')) }} as booked_hours,
        cast(null as varchar) as advisor_id,
        cast(null as timestamptz) as confirmed_at,
        cast(null as bigint) as reminders_sent,
        coalesce(updated_date, changed_at) as updated_at,
        is_deleted_row as deleted,
        {{ tieout.landed_columns() }},
        _key as document_key
    from appointments
)

select * from canonical
