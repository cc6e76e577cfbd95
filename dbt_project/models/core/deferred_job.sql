{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Jobs that a sold order put off (deferred or declined), and whether the car came back for them (REPORTS 3D.2).
with sales as (
    select
        ro_key,
        site_key,
        business_date,
        close_business_date,
        ro_number,
        golden_vehicle_key,
        row_number() over (
            partition by golden_vehicle_key order by close_business_date, open_ts, ro_number, ro_key
        ) as visit
    from {{ ref('ro_sale') }}
),

jobs as (
    select
        presented.ro_job_key,
        presented.ro_key,
        sales.site_key,
        sales.business_date,
        sales.golden_vehicle_key,
        sales.visit,
        presented.source_entity_id as job_id,
        presented.decision,
        upper(trim(presented.title)) as title_norm,
        coalesce(nullif(trim(presented.category), ''), upper(trim(presented.title))) as subject,
        presented.sold_amount,
        {{ tieout.money('presented.presented_parts + presented.presented_labor + presented.presented_sublet') }}
        as total
    from {{ ref('fct_ro_job') }} as presented
    inner join sales on presented.ro_key = sales.ro_key
),

sold as (
    select distinct ro_key, title_norm from jobs where decision = 'sold' and title_norm is not null
),

put_off as (
    select jobs.*
    from jobs
    left join sold on jobs.ro_key = sold.ro_key and jobs.title_norm = sold.title_norm
    where jobs.decision in ('deferred', 'declined') and sold.ro_key is null
),

bought as (
    select golden_vehicle_key, subject, visit, sum(sold_amount) as sold_amount
    from jobs
    where decision = 'sold' and golden_vehicle_key <> -1
    group by golden_vehicle_key, subject, visit
),

returned as (
    select put_off.ro_job_key, min(bought.visit) as visit
    from put_off
    inner join bought
        on put_off.golden_vehicle_key = bought.golden_vehicle_key
        and put_off.subject = bought.subject
        and put_off.visit < bought.visit
    group by put_off.ro_job_key
),

-- successive visits that were told the same thing
told as (
    select
        ro_job_key,
        row_number() over (partition by golden_vehicle_key, title_norm order by visit desc, job_id desc) as recency,
        dense_rank() over (partition by golden_vehicle_key, title_norm order by visit) as visits_told
    from put_off
    where golden_vehicle_key <> -1 and title_norm is not null
),

final as (
    select
        put_off.ro_job_key,
        put_off.ro_key,
        put_off.site_key,
        put_off.business_date,
        put_off.decision,
        put_off.total,
        coalesce(told.recency = 1, true) as is_newest,
        cast(coalesce(told.visits_told, 1) as integer) as times_presented,
        returned.visit is not null as is_recovered,
        sales.ro_key as recovered_ro_key,
        sales.ro_number as recovered_ro,
        {{ tieout.money('bought.sold_amount') }} as recovered_amount
    from put_off
    left join told on put_off.ro_job_key = told.ro_job_key
    left join returned on put_off.ro_job_key = returned.ro_job_key
    left join bought
        on put_off.golden_vehicle_key = bought.golden_vehicle_key
        and put_off.subject = bought.subject
        and returned.visit = bought.visit
    left join sales on put_off.golden_vehicle_key = sales.golden_vehicle_key and returned.visit = sales.visit
)

select * from final
