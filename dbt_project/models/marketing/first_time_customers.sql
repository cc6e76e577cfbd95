{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- each customer's sales one after another: in the company, and at each shop
with visits as (
    {% for scope, keys in {'company': 'golden_customer_key', 'site': 'golden_customer_key, site_key'}.items() -%}
    select
        *,
        '{{ scope }}' as scope,
        row_number() over (
            partition by {{ keys }} order by close_business_date asc, open_ts asc, ro_number asc, ro_key asc
        ) as visit,
        min(close_business_date) over (
            partition by {{ keys }} order by close_business_date asc
            range between interval '1' day following and unbounded following
        ) as next_date
    from {{ ref('visited_sale') }}
    where golden_customer_key <> -1
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

firsts as (
    select * from visits
    where visit = 1
),

bookings as (
    select
        ro_key,
        max(case when source = 'online' then 1 else 0 end) as is_online,
        min(source) as source
    from {{ ref('fct_appointment') }}
    where ro_key is not null and not is_deleted_at_source
    group by ro_key
),

-- the last time that the customer called, by the close of the first visit, and what was advertised with that number
calls as (
    select scope, ro_key, campaign_id
    from (
        select
            firsts.scope,
            firsts.ro_key,
            numbers.campaign_id,
            row_number() over (
                partition by firsts.scope, firsts.ro_key order by calls_of.start_ts desc, calls_of.source_entity_id desc
            ) as place
        from firsts
        inner join (select distinct golden_customer_key, phone from {{ ref('bridge_customer_phone') }}) as phones
            on firsts.golden_customer_key = phones.golden_customer_key
        inner join {{ ref('fct_call') }} as calls_of
            on phones.phone = calls_of.from_e164 and firsts.close_business_date >= calls_of.start_business_date
        left join {{ ref('dim_phone_number') }} as numbers on calls_of.phone_number_key = numbers.phone_number_key
        where calls_of.direction = 'in' and not calls_of.is_deleted_at_source
    ) as numbered
    where place = 1
),

known_since as (
    select golden_customer_key, min(created_ts) as created_ts
    from {{ ref('bridge_customer_source') }}
    group by golden_customer_key
),

first_days as (
    select site_key, min(business_date) as first_date
    from {{ ref('business_calendar') }}
    group by site_key
),

final as (
    select
        firsts.site_key,
        firsts.scope,
        firsts.golden_customer_key as customer_key,
        {{ tieout.customer_name('cards') }} as customer,
        firsts.ro_key as first_ro_key,
        firsts.ro_number as first_ro_no,
        firsts.close_business_date as first_visit_date,
        case
            when bookings.is_online = 1 then 'scheduler'
            else coalesce(calls.campaign_id, bookings.source, 'walk_in')
        end as source,
        firsts.advisor_key,
        advisors.name as advisor,
        firsts.vehicle_key,
        {{ tieout.car_name('vehicles') }} as vehicle,
        firsts.total_ex_tax,
        firsts.gross_profit,
        firsts.next_date as second_visit_date,
        coalesce(firsts.next_date - firsts.close_business_date <= 180, false) as returned_within_180d,
        coalesce({{ tieout.day_at('known_since.created_ts', 'sites') }} < first_days.first_date, false)
            as first_uncertain
    from firsts
    inner join {{ ref('dim_site') }} as sites on firsts.site_key = sites.site_key
    left join bookings on firsts.ro_key = bookings.ro_key
    left join calls on firsts.scope = calls.scope and firsts.ro_key = calls.ro_key
    left join known_since on firsts.golden_customer_key = known_since.golden_customer_key
    left join first_days on firsts.site_key = first_days.site_key
    left join {{ ref('dim_customer') }} as cards on firsts.golden_customer_key = cards.customer_key
    left join {{ ref('dim_vehicle') }} as vehicles on firsts.vehicle_key = vehicles.vehicle_key
    left join {{ ref('dim_employee') }} as advisors on firsts.advisor_key = advisors.employee_key
)

select * from final
