{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with days as (
    select site_key, business_date from {{ ref('dim_site_day') }}
),

moments as (
    select site_key, as_of_date from {{ ref('reporting_moment') }}
),

ties as (
    select site_key, business_date, delta, unexplained, status from {{ ref('recon_sales_payments') }}
),

breaks as (
    select site_key, business_date, count(*) as open_breaks
    from {{ ref('open_break') }}
    where resolution is null
    group by site_key, business_date
),

objections as (
    select site_key, business_date, count(*) as exceptions, count(distinct control_id) as controls
    from {{ ref('ctl_exception') }}
    where severity = 'B'
    group by site_key, business_date
),

signed as (
    select site_key, business_date, signed_by, signed_ts from {{ ref('signed_day') }}
),

-- an order's total is what it sells; a measure of a payment is its kind and its method
moved as (
    select
        site_key,
        business_date,
        count(distinct document_key) as documents,
        sum(case when measure = 'total' then diff else 0 end) as sales,
        sum(case when measure like '% %' then diff else 0 end) as payments
    from {{ ref('restatement') }}
    group by site_key, business_date
),

final as (
    select
        days.site_key,
        days.business_date,
        case
            when moved.documents > 0 then 'restated'
            when signed.signed_ts is not null then 'signed'
            when days.business_date >= moments.as_of_date then 'open'
            when ties.status <> 'tied' or objections.exceptions > 0 then 'broken'
            else 'tied'
        end as status,
        ties.status as tie_status,
        ties.delta,
        ties.unexplained,
        {{ tieout.count_of('coalesce(breaks.open_breaks, 0)') }} as open_breaks,
        {{ tieout.count_of('coalesce(objections.exceptions, 0)') }} as blocking_exceptions,
        {{ tieout.count_of('coalesce(objections.controls, 0)') }} as failing_controls,
        signed.signed_by,
        signed.signed_ts,
        {{ tieout.count_of('coalesce(moved.documents, 0)') }} as restated_documents,
        {{ tieout.money('coalesce(moved.sales, 0)') }} as restated_sales,
        {{ tieout.money('coalesce(moved.payments, 0)') }} as restated_payments
    from days
    inner join ties on days.site_key = ties.site_key and days.business_date = ties.business_date
    inner join moments on days.site_key = moments.site_key
    left join breaks on days.site_key = breaks.site_key and days.business_date = breaks.business_date
    left join objections on days.site_key = objections.site_key and days.business_date = objections.business_date
    left join signed on days.site_key = signed.site_key and days.business_date = signed.business_date
    left join moved on days.site_key = moved.site_key and days.business_date = moved.business_date
)

select * from final
