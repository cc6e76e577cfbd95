{{ config(materialized='view') }}

-- The terms of tie_component as a person would tell them; they sum to the same by day. A payment on another day or shop
-- settles its order unless it gives money back, stands there twice, or the order needed none: such a payment stands
-- alone on its own day, and the order's gap is told without it. What cancels out within a day is no break
-- (REPORTS 6.3).
with components as (
    select * from {{ ref('tie_component') }}
),

gaps as (
    select ro_key, delta as gap from components
    where component = 'gap'
),

away as (
    select tie_key, tender_key, -delta as amount, sum(-delta) over (partition by tie_key) as away_amount
    from components
    where component = 'paid_out'
),

idle as (
    select away.tender_key
    from away
    inner join {{ ref('fct_repair_order') }} as orders on away.tie_key = orders.ro_key
    left join gaps on away.tie_key = gaps.ro_key
    left join {{ ref('tie_copy') }} as copies on away.tender_key = copies.tender_key and copies.has_reference
    where coalesce(gaps.gap, 0) = away.away_amount
    or sign(away.amount) <> sign(orders.grand_total)
    or copies.tender_key is not null
),

told as (
    select
        tie_key,
        site_key,
        business_date,
        case when component = 'paid_in' then component else 'gap' end as component,
        case when component = 'paid_in' then tender_key end as tender_key,
        ro_key,
        delta
    from components
    where component <> 'paid_out' or tender_key in (select tender_key from idle)
    union all
    select tie_key, site_key, business_date, component, tender_key, ro_key, delta
    from components
    where component = 'paid_out' and tender_key not in (select tender_key from idle)
),

summed as (
    select tie_key, site_key, business_date, component, tender_key, ro_key, sum(delta) as delta
    from told
    group by tie_key, site_key, business_date, component, tender_key, ro_key
),

placed as (
    select
        *,
        sum(delta) over (partition by tie_key, site_key, business_date) as day_delta,
        row_number() over (partition by tie_key, site_key, business_date, component, delta order by tender_key) as place
    from summed
),

-- a payment and its counter-entry of the same day
cancelled as (
    select placed.tender_key, placed.component
    from placed
    inner join placed as counter
        on placed.tie_key = counter.tie_key
        and placed.site_key = counter.site_key
        and placed.business_date = counter.business_date
        and placed.component = counter.component
        and placed.delta = -counter.delta
        and placed.place = counter.place
    where placed.component <> 'gap'
),

final as (
    select
        placed.tie_key,
        placed.site_key,
        placed.business_date,
        placed.component,
        placed.tender_key,
        placed.ro_key,
        {{ tieout.money('placed.delta') }} as delta
    from placed
    left join cancelled on placed.tender_key = cancelled.tender_key and placed.component = cancelled.component
    where placed.delta <> 0 and placed.day_delta <> 0 and cancelled.tender_key is null
)

select * from final
