{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set row = ['site_key', 'period_grain', 'period_start', 'period_end', 'source', 'event_key', 'business_date'] -%}
{% set steps = ['services', 'time', 'contact', 'confirm'] -%}
{% set dropoffs = ['dropoff_services', 'dropoff_time', 'dropoff_contact', 'dropoff_confirm'] -%}
{% set demand = ['sessions', 'started', 'completed'] + dropoffs -%}
{% set booking = [
    'bookings', 'after_hours_bookings', 'new_customer_bookings', 'booked_hours', 'booked_sales', 'lead_days'
] -%}
{% set outcome = ['scheduled', 'cancelled', 'rescheduled', 'no_show', 'showed'] -%}
with days as (
    {{ tieout.reported_days() }}
),

first_sales as (
    select golden_customer_key, min(close_business_date) as first_date
    from {{ ref('visited_sale') }}
    group by golden_customer_key
),

appointments as (
    select
        booked.*,
        outcomes.golden_customer_key,
        outcomes.is_cancelled,
        outcomes.is_rescheduled,
        outcomes.is_no_show,
        outcomes.has_shown,
        coalesce(booked.source, 'unknown') as booked_by,
        row_number() over (
            partition by booked.ro_key order by booked.created_ts asc, booked.source_entity_id asc
        ) as visit_place,
        {{ tieout.wall_clock('booked.created_ts', 'sites.iana_tz') }} as created_local
    from {{ ref('fct_appointment') }} as booked
    inner join {{ ref('appointment_outcome') }} as outcomes on booked.appointment_key = outcomes.appointment_key
    inner join {{ ref('dim_site') }} as sites on booked.site_key = sites.site_key
),

visited as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        'online' as source,
        sessions_of.scheduler_session_key as event_key,
        sessions_of.start_business_date as business_date,
        1 as sessions,
        case when sessions_of.is_completed or sessions_of.furthest_step <> 'services' then 1 end as started,
        case when sessions_of.is_completed then 1 end as completed
        {%- for step in steps %},
        case when not sessions_of.is_completed and sessions_of.furthest_step = '{{ step }}' then 1 end
            as dropoff_{{ step }}
        {%- endfor %}
    from {{ ref('fct_scheduler_session') }} as sessions_of
    inner join days on sessions_of.site_key = days.site_key and sessions_of.start_business_date = days.business_date
    where not sessions_of.is_deleted_at_source
),

booked as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        appointments.booked_by as source,
        appointments.appointment_key as event_key,
        appointments.created_business_date as business_date,
        1 as bookings,
        case
            when hours.is_open and cast(appointments.created_local as time) >= hours.open_time
                and cast(appointments.created_local as time) < hours.close_time then null
            else 1
        end as after_hours_bookings,
        case
            when appointments.golden_customer_key <> -1
                and coalesce(first_sales.first_date >= appointments.created_business_date, true) then 1
        end as new_customer_bookings,
        appointments.booked_hours,
        case when appointments.visit_place = 1 then sales.total_ex_tax end as booked_sales,
        appointments.scheduled_business_date - appointments.created_business_date as lead_days
    from appointments
    inner join days
        on appointments.site_key = days.site_key and appointments.created_business_date = days.business_date
    left join {{ ref('business_calendar') }} as hours
        on appointments.site_key = hours.site_key and cast(appointments.created_local as date) = hours.business_date
    left join first_sales on appointments.golden_customer_key = first_sales.golden_customer_key
    left join {{ ref('visited_sale') }} as sales on appointments.ro_key = sales.ro_key
),

due as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        appointments.booked_by as source,
        appointments.appointment_key as event_key,
        appointments.scheduled_business_date as business_date,
        1 as scheduled,
        case when appointments.is_cancelled then 1 end as cancelled,
        case when appointments.is_rescheduled then 1 end as rescheduled,
        case when appointments.is_no_show then 1 end as no_show,
        case when appointments.has_shown then 1 end as showed
    from appointments
    inner join days
        on appointments.site_key = days.site_key and appointments.scheduled_business_date = days.business_date
),

behind as (
    {{ tieout.stacked(
        row + demand + booking + outcome,
        {'visited': row + demand, 'booked': row + booking, 'due': row + outcome}
    ) }}
),

rolled as (
    {{ tieout.rolled(keys=['source'], sums=demand + booking + outcome, lacks={'scheduler': 'scheduler'}) }}
),

final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        rolled.source,
        {% for column in ['sessions', 'started', 'completed'] -%}
        {{ tieout.unless_lacking('scheduler', tieout.count_of('rolled.' ~ column)) }} as {{ column }},
        {% endfor -%}
        {{ tieout.ratio('rolled.completed', 'rolled.sessions') }} as booking_rate,
        {% for column in dropoffs + ['bookings'] + outcome -%}
        {{ tieout.unless_lacking('scheduler', tieout.count_of('rolled.' ~ column)) }} as {{ column }},
        {% endfor -%}
        {{ tieout.ratio('rolled.showed', '(rolled.scheduled - rolled.cancelled - rolled.rescheduled)') }} as show_rate,
        {{ tieout.ratio('rolled.no_show', '(rolled.scheduled - rolled.cancelled - rolled.rescheduled)') }}
            as no_show_rate,
        {{ tieout.per('rolled.lead_days', 'rolled.bookings') }} as avg_lead_days,
        {% for column in ['after_hours_bookings', 'new_customer_bookings'] -%}
        {{ tieout.unless_lacking('scheduler', tieout.count_of('rolled.' ~ column)) }} as {{ column }},
        {% endfor -%}
        {{ tieout.hours(tieout.unless_lacking('scheduler', 'rolled.booked_hours')) }} as booked_hours,
        {{ tieout.money(tieout.unless_lacking('scheduler', 'rolled.booked_sales')) }} as booked_sales,
        {{ tieout.null_reason('scheduler', 'no_scheduler_source') }} as null_reason,
        {{ tieout.count_of('rolled.scheduler_missing') }} as sites_missing
    from rolled
)

select * from final
