with appointments as (
    select * from {{ ref('stg_shopware__appointment') }}
),

canonical as (
    select
        appointment_id,
        shop_id as site,
        cast(null as varchar) as customer_id,
        cast(null as varchar) as vehicle_id,
        start_at as scheduled_at,
        created_at,
        cast(null as varchar) as source,
        cast(null as varchar) as status,
        ro_id,
        cast(null as varchar) as reschedule_of_id,
        title as services,
        {{ tieout.hours(tieout.div(tieout.seconds_between('start_at', 'end_at'), '3600')) }} as booked_hours,
        staff_id as advisor_id,
        cast(null as timestamptz) as confirmed_at,
        cast(null as bigint) as reminders_sent,
        updated_at,
        cast(null as boolean) as deleted,
        {{ tieout.landed_columns() }},
        _key as document_key
    from appointments
)

select * from canonical
