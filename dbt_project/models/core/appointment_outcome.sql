{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- What became of every appointment (REPORTS 3B.6). Whoever came the day before, or with another car of his, has shown
-- up whatever the calendar says nothing about; one that was put off counts where it was put.
with appointments as (
    select
        booked.*,
        coalesce(golden.golden_customer_key, booked.customer_key) as golden_customer_key,
        coalesce(cars.golden_vehicle_key, booked.vehicle_key) as golden_vehicle_key,
        moments.as_of_date,
        options.no_show_grace_days,
        coalesce(booked.status, 'booked') in ('booked', 'confirmed', 'scheduled', 'open') as is_silent
    from {{ ref('fct_appointment') }} as booked
    inner join {{ ref('reporting_moment') }} as moments on booked.site_key = moments.site_key
    inner join {{ tieout.site_options({'no_show_grace_days': 'integer'}) }} as options
        on booked.site_key = options.site_key
    left join {{ ref('bridge_customer_source') }} as golden on booked.customer_key = golden.customer_key
    left join {{ ref('bridge_vehicle_source') }} as cars on booked.vehicle_key = cars.vehicle_key
    where not booked.is_deleted_at_source
),

silent as (
    select * from appointments
    where is_silent
),

members as (
    {{ tieout.appointment_members('silent') }}
),

visits as (
    {{ tieout.member_visits(
        ref('fct_repair_order'), ref('bridge_customer_source'), ref('bridge_vehicle_source')
    ) }}
),

came as (
    select appointment_key from silent
    where ro_key is not null
    union
    select members.appointment_key
    from members
    inner join visits
        on members.member = visits.member
        and visits.open_business_date >= members.scheduled_business_date - 1
        and visits.open_business_date <= members.scheduled_business_date + members.no_show_grace_days
),

moved as (
    select distinct reschedule_of_key as appointment_key
    from {{ ref('fct_appointment') }}
    where reschedule_of_key is not null and not is_deleted_at_source
),

judged as (
    select
        appointments.*,
        came.appointment_key is not null as has_come,
        coalesce(appointments.status, '') = 'cancelled' as is_cancelled,
        coalesce(appointments.status, '') = 'rescheduled' or moved.appointment_key is not null as is_rescheduled,
        case
            when moved.appointment_key is not null then null
            when appointments.status = 'no_show' then 'status'
            when appointments.is_silent and came.appointment_key is null
                and appointments.scheduled_business_date < appointments.as_of_date then 'no_order'
        end as no_show_reason_rule
    from appointments
    left join came on appointments.appointment_key = came.appointment_key
    left join moved on appointments.appointment_key = moved.appointment_key
),

final as (
    select
        appointment_key,
        site_key,
        golden_customer_key,
        golden_vehicle_key,
        is_cancelled,
        is_rescheduled,
        no_show_reason_rule is not null as is_no_show,
        no_show_reason_rule,
        not is_cancelled and not is_rescheduled and no_show_reason_rule is null and (has_come or not is_silent)
            as has_shown
    from judged
)

select * from final
