{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- the last word on each break: whose it is, and how it ended
with words as (
    select
        site_key,
        business_date,
        tie_key,
        cause_code,
        {{ tieout.last_of('owner', "case when act = 'assign' then seq end") }} as owner,
        {{ tieout.last_of('resolution', "case when act = 'resolve' then seq end") }} as resolution,
        max(case when act = 'resolve' then event_ts end) as resolved_ts
    from {{ ref('close_event') }}
    where act in ('assign', 'resolve')
    group by site_key, business_date, tie_key, cause_code
),

final as (
    select
        breaks.site_key,
        breaks.business_date,
        breaks.tie_key,
        breaks.tender_key,
        orders.ro_number,
        breaks.cause_code,
        breaks.cause_text,
        breaks.delta,
        breaks.amount_at_risk,
        breaks.confidence,
        breaks.pair_id,
        breaks.pair_net,
        breaks.first_seen_ts,
        {{ tieout.count_of('moments.as_of_date - breaks.business_date') }} as age_days,
        words.owner,
        words.resolution,
        words.resolved_ts
    from {{ ref('recon_break') }} as breaks
    inner join {{ ref('reporting_moment') }} as moments on breaks.site_key = moments.site_key
    left join {{ ref('fct_tender') }} as tenders on breaks.tender_key = tenders.tender_key
    -- a payment of no order may have the key of one
    left join {{ ref('fct_repair_order') }} as orders
        on breaks.tie_key = orders.ro_key and (tenders.tender_key is null or tenders.ro_key is not null)
    left join words
        on breaks.site_key = words.site_key
        and breaks.business_date = words.business_date
        and cast(breaks.tie_key as varchar) = words.tie_key
        and breaks.cause_code = words.cause_code
)

select * from final
