{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'touched_day'}
) }}

{% set told = [
    'site_key', 'business_date', 'tie_key', 'tender_key', 'cause_code', 'delta', 'amount_at_risk', 'confidence',
    'evidence', 'first_seen_ts'
] | join(', ') -%}
with breaks as (
    select {{ told }}, other_key from {{ ref('tie_gap_cause') }}
    union all
    select {{ told }}, cast(null as varchar) from {{ ref('tie_payment_cause') }}
    union all
    select {{ told }}, cast(null as varchar) from {{ ref('tie_risk') }}
),

-- what two breaks that stand against each other have in common: their order, on two days or at two shops (the sides of
-- one payment, or money that was too much and was given back later); on one day (R19), the order that has the payment
-- of the other, or the payment that has lost its order
sided as (
    select
        *,
        case
            when delta = 0 then null
            when cause_code = 'R19' and other_key is not null
                then least(cast(tie_key as varchar), other_key) || ' ' || cast(business_date as varchar)
            when cause_code = 'R19' and tender_key is not null then cast(tender_key as varchar)
            else cast(tie_key as varchar)
        end as pair_of,
        case
            when cause_code = 'R19' and (other_key is not null or tender_key is not null) then tie_key
        end as own_side
    from breaks
),

placed as (
    select
        *,
        row_number() over (
            partition by pair_of, delta order by tender_key, business_date, site_key, cause_code
        ) as place
    from sided
),

paired as (
    select
        one.*,
        {{ tieout.source_key(['one.pair_of', 'abs(one.delta)', 'one.place']) }} as pair_key,
        one.delta + other.delta as net
    from placed as one
    left join placed as other
        on one.pair_of = other.pair_of
        and one.delta = -other.delta
        and one.place = other.place
        and (
            one.own_side <> other.own_side
            or one.site_key <> other.site_key
            or one.business_date <> other.business_date
        )
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
        case when net is not null then pair_key end as pair_id,
        {{ tieout.money('net') }} as pair_net,
        first_seen_ts
    from paired
    -- a pair is one before the day of its other side has come: no build touches this side again then
    where {{ tieout.in_calendar('site_key', 'business_date') }}
    and {{ tieout.only_touched('touched_day') }}
)

select * from final
