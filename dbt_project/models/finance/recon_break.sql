{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'touched_day'}
) }}

with breaks as (
    select * from {{ ref('tie_gap_cause') }}
    union all
    select * from {{ ref('tie_payment_cause') }}
    union all
    select * from {{ ref('tie_risk') }}
),

-- two sides of one payment, or two orders that stand against each other, are one pair
paired as (
    select
        *,
        case
            when cause_code in ('R06', 'R10', 'R11', 'R12', 'R25') and tender_key is not null then tender_key
        end as pair_id
    from breaks
),

netted as (
    select
        *,
        case when pair_id is not null then sum(delta) over (partition by pair_id) end as pair_net,
        case when pair_id is not null then count(*) over (partition by pair_id) end as pair_size
    from paired
),

final as (
    select
        site_key,
        business_date,
        tie_key,
        tender_key,
        cause_code,
        {{ tieout.cause_text('cause_code') }} as cause_text,
        delta,
        amount_at_risk,
        confidence,
        evidence,
        case when pair_size > 1 then pair_id end as pair_id,
        case when pair_size > 1 then {{ tieout.money('pair_net') }} end as pair_net,
        first_seen_ts
    from netted
    where {{ tieout.in_calendar('site_key', 'business_date') }}
    and {{ tieout.only_touched('touched_day') }}
)

select * from final
