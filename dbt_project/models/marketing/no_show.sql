{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with missed as (
    select
        outcomes.*,
        booked.source_entity_id,
        booked.scheduled_ts,
        booked.scheduled_business_date,
        booked.customer_key,
        booked.vehicle_key,
        booked.advisor_key,
        booked.services,
        booked.source,
        booked.reminders_sent,
        booked.confirmed_ts is not null as confirmed,
        booked.status
    from {{ ref('appointment_outcome') }} as outcomes
    inner join {{ ref('fct_appointment') }} as booked on outcomes.appointment_key = booked.appointment_key
    where outcomes.is_no_show
),

members as (
    {{ tieout.appointment_members('missed') }}
),

visits as (
    {{ tieout.member_visits(
        ref('fct_repair_order'), ref('bridge_customer_source'), ref('bridge_vehicle_source')
    ) }}
),

recovered as (
    select appointment_key, ro_number
    from (
        select
            members.appointment_key,
            visits.ro_number,
            row_number() over (
                partition by members.appointment_key order by visits.open_ts asc, visits.source_entity_id asc
            ) as place
        from members
        inner join visits on members.member = visits.member and members.scheduled_ts <= visits.open_ts
    ) as numbered
    where place = 1
),

rebooked as (
    select appointment_key, scheduled_business_date
    from (
        select
            missed.appointment_key,
            later.scheduled_business_date,
            row_number() over (
                partition by missed.appointment_key order by later.created_ts asc, later.source_entity_id asc
            ) as place
        from missed
        inner join {{ ref('bridge_customer_source') }} as golden
            on missed.golden_customer_key = golden.golden_customer_key
        inner join {{ ref('fct_appointment') }} as later
            on golden.customer_key = later.customer_key and missed.scheduled_ts <= later.created_ts
        where not later.is_deleted_at_source and later.customer_key <> -1
    ) as numbered
    where place = 1
),

followed as (
    select appointment_key, status
    from (
        select
            missed.appointment_key,
            tasks.status,
            row_number() over (
                partition by missed.appointment_key order by tasks.created_ts desc, tasks.source_entity_id desc
            ) as place
        from missed
        inner join {{ ref('bridge_customer_source') }} as golden
            on missed.golden_customer_key = golden.golden_customer_key
        inner join {{ ref('fct_task') }} as tasks
            on golden.customer_key = tasks.customer_key and missed.scheduled_ts <= tasks.created_ts
        where not tasks.is_deleted_at_source and tasks.customer_key <> -1
    ) as numbered
    where place = 1
),

phones as (
    select customer_key, {{ tieout.first_of('phone', "case when is_primary then '0' else '1' end || phone") }} as phone
    from {{ ref('bridge_customer_phone') }}
    where phone is not null
    group by customer_key
),

final as (
    select
        missed.site_key,
        missed.appointment_key,
        missed.scheduled_ts,
        missed.scheduled_business_date,
        missed.golden_customer_key as customer_key,
        {{ tieout.customer_name('cards') }} as customer,
        phones.phone,
        missed.vehicle_key,
        {{ tieout.car_name('vehicles') }} as vehicle,
        {{ tieout.person('advisors', 'missed.advisor_key') }} as advisor_key,
        employees.name as advisor,
        missed.services,
        missed.source,
        {{ tieout.count_of('missed.reminders_sent') }} as reminders_sent,
        missed.confirmed,
        missed.status,
        missed.no_show_reason_rule,
        rebooked.scheduled_business_date as rebooked_appointment_d,
        recovered.ro_number as recovered_ro_no,
        followed.status as follow_up_task
    from missed
    left join recovered on missed.appointment_key = recovered.appointment_key
    left join rebooked on missed.appointment_key = rebooked.appointment_key
    left join followed on missed.appointment_key = followed.appointment_key
    left join phones on missed.customer_key = phones.customer_key
    left join {{ ref('dim_customer') }} as cards on missed.customer_key = cards.customer_key
    left join {{ ref('dim_vehicle') }} as vehicles on missed.vehicle_key = vehicles.vehicle_key
    {{ tieout.people('advisors', 'missed.advisor_key') }}
    left join {{ ref('dim_employee') }} as employees
        on {{ tieout.person('advisors', 'missed.advisor_key') }} = employees.employee_key
)

select * from final
