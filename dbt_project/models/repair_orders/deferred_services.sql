{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with newest as (
    select * from {{ ref('deferred_job') }} where is_newest
),

follow_ups as (
    select ro_key, {{ tieout.last_of('status', '(created_ts, source_entity_id)') }} as status
    from {{ ref('fct_task') }}
    where ro_key is not null and not is_deleted_at_source
    group by ro_key
),

-- what somebody at a shop said to the customer; what a program sent by itself is no follow-up
contacts as (
    select
        coalesce(sources.golden_customer_key, messages.customer_key) as golden_customer_key,
        messages.sent_business_date as business_date
    from {{ ref('fct_message') }} as messages
    left join {{ ref('bridge_customer_source') }} as sources on messages.customer_key = sources.customer_key
    where messages.direction = 'out' and not coalesce(messages.is_automated, false) and messages.failed_ts is null
    and not messages.is_deleted_at_source
    union all
    select phones.golden_customer_key, calls.start_business_date as business_date
    from {{ ref('fct_call') }} as calls
    inner join {{ ref('bridge_customer_phone') }} as phones on calls.to_did = phones.phone
    where calls.direction = 'out' and calls.status = 'answered' and not calls.is_deleted_at_source
),

last_contacts as (
    select golden_customer_key, max(business_date) as last_date
    from contacts
    where golden_customer_key <> -1
    group by golden_customer_key
),

phones as (
    select customer_key, min(phone) as phone
    from {{ ref('bridge_customer_phone') }}
    where is_primary
    group by customer_key
),

final as (
    select
        newest.site_key,
        newest.ro_key,
        newest.ro_job_key,
        newest.business_date as date,
        sales.ro_number as ro_no,
        coalesce(customers.first_name, customers.company_name) as customer,
        phones.phone,
        vehicles.year as vehicle_year,
        vehicles.make as vehicle_make,
        vehicles.model as vehicle_model,
        sales.odometer_in as mileage,
        sales.advisor_key,
        coalesce(advisors.name, 'Unassigned') as advisor,
        jobs.title as job,
        jobs.category,
        newest.decision,
        jobs.declined_reason as reason,
        jobs.deferred_until,
        jobs.presented_parts as parts,
        jobs.presented_labor as labor,
        newest.total,
        newest.times_presented,
        cast(moments.as_of_date - newest.business_date as integer) as age_days,
        coalesce(last_contacts.last_date > newest.business_date, false) as contacted_since,
        follow_ups.status as follow_up_task,
        newest.is_recovered as recovered,
        newest.recovered_ro,
        newest.recovered_amount
    from newest
    inner join {{ ref('ro_sale') }} as sales on newest.ro_key = sales.ro_key
    inner join {{ ref('fct_ro_job') }} as jobs on newest.ro_job_key = jobs.ro_job_key
    inner join {{ ref('reporting_moment') }} as moments on newest.site_key = moments.site_key
    left join follow_ups on newest.ro_key = follow_ups.ro_key
    left join last_contacts on sales.golden_customer_key = last_contacts.golden_customer_key
    left join phones on sales.customer_key = phones.customer_key
    left join {{ ref('dim_customer') }} as customers
        on sales.customer_key = customers.customer_key and customers.customer_key <> -1
    left join {{ ref('dim_vehicle') }} as vehicles
        on sales.vehicle_key = vehicles.vehicle_key and vehicles.vehicle_key <> -1
    left join {{ ref('dim_employee') }} as advisors
        on sales.advisor_key = advisors.employee_key and sales.advisor_key <> -1
)

select * from final
