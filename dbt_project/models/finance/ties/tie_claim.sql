{{ config(materialized='view') }}

-- What could move an order's tenders from its total, and by how much: one row per cause and amount that the facts
-- offer, whether or not it explains anything; tie_gap_cause chooses. `strength`: 2 when a gap of just that amount has
-- no other reading, 1 when the amount fits, 0 when it is merely not more than what the day lacks.
with gaps as (
    select * from {{ ref('tie_gap') }}
),

parts as (
    select * from {{ ref('tie_part') }}
),

payments as (
    select paid.tender_key, paid.ro_key, paid.amount
    from {{ ref('fct_tender') }} as paid
    inner join gaps on paid.ro_key = gaps.ro_key
    left join parts on paid.tender_key = parts.tender_key and parts.component = 'paid_in'
    where paid.kind = 'final' and not paid.is_void and not paid.is_deleted_at_source and parts.tender_key is null
),

-- R19: an order lacks what another of that day has too much, and one payment of the other is just that
misposted as (
    select
        lacking.ro_key as lacking_ro_key,
        surplus.ro_key as surplus_ro_key,
        payments.tender_key,
        payments.amount
    from gaps as lacking
    inner join gaps as surplus
        on lacking.site_key = surplus.site_key and lacking.business_date = surplus.business_date
    inner join payments on surplus.ro_key = payments.ro_key
    where lacking.delta < 0 and payments.amount > 0
    and payments.amount <= -lacking.delta
    and payments.amount <= surplus.delta
),

-- money of the day that has lost its order
orphans as (
    select site_key, business_date, tender_key, delta as amount
    from parts
    where component = 'paid_in' and ro_key is null
),

refused as (
    select site_key, business_date, amount, min(key) as refused_key, count(*) as refused_payments
    from {{ ref('quarantine') }}
    where table_name in ('tender', 'payment') and column_name in ('method', 'payment_type') and amount > 0
    group by site_key, business_date, amount
),

refused_claims as (
    select
        gaps.ro_key,
        refused.amount,
        refused.refused_key,
        -- as many orders of that day lack just this amount as payments of it were refused
        case
            when refused.refused_payments >= (
                select count(*) from gaps as rivals
                where rivals.site_key = gaps.site_key
                and rivals.business_date = gaps.business_date
                and rivals.delta = gaps.delta
            ) then 2
            else 1
        end as strength
    from gaps
    inner join refused
        on gaps.site_key = refused.site_key
        and gaps.business_date = refused.business_date
        and gaps.delta < 0
        and refused.amount <= gaps.grand_total + abs(gaps.delta)
),

{% set key = "cast(null as uuid)" -%}
{% set claims = [
    ('R01', 'duplicate_amount', 'duplicate_tender_key', key, '2', 'true'),
    ('R01', 'repeated_amount', 'duplicate_tender_key', key, '1',
     'duplicate_amount is null or duplicate_amount <> repeated_amount'),
    ('R02', '-grand_total', key, 'twin_ro_key', '2', 'twin_ro_key is not null and tendered = 0'),
    ('R03', '-cards_missing', key, key, '1', 'delta < 0 and cards_missing > 0'),
    ('R03', '-cash_missing', key, key, '1', 'delta < 0 and cash_missing > 0'),
    ('R03', '-checks_missing', key, key, '1', 'delta < 0 and checks_missing > 0'),
    ('R03', '-grand_total', key, key, '0',
     'paid = 0 and greatest(cards_missing, cash_missing, checks_missing) >= grand_total and grand_total > 0'),
    ('R03', '-total_at_close', key, key, '0',
     'paid = 0 and greatest(cards_missing, cash_missing, checks_missing) >= total_at_close and total_at_close > 0'),
    ('R08', 'charged_again', 'charged_again_tender_key', key, '2', 'charged > grand_total'),
    ('R09', 'total_at_close - grand_total', key, key, '2', 'true'),
    ('R09', 'total_at_first_close - grand_total', key, key, '1', 'total_at_close is null'),
    ('R14', '-charge_deleted', 'deleted_charge_tender_key', key, '2', 'true'),
    ('R14', 'advanced - grand_total', key, key, '1',
     'has_ar_terms and charged = 0 and paid = 0 and grand_total > advanced'),
    ('R15', '-card_upcharge', key, key, '2', 'true'),
    ('R15', 'round(grand_total * upcharge_pct, 2)', key, key, '2', 'card_tenders > 0 and card_upcharge = 0'),
    ('R15', 'round(total_at_close * upcharge_pct, 2)', key, key, '1',
     'card_tenders > 0 and card_upcharge = 0 and total_at_close <> grand_total'),
    ('R16', 'advanced_unapplied', 'an_advance_tender_key', key, '2', 'paid > 0 or charged > 0'),
    ('R16', 'advanced', 'an_advance_tender_key', key, '1', '(paid > 0 or charged > 0) and advanced > 0'),
    ('R17', '2 * paid', 'a_final_tender_key', key, '2', 'grand_total < 0 and paid > 0'),
    ('R20', 'header_total - grand_total', key, key, '2', 'abs(header_total - grand_total) > 0.05'),
    ('R23', '-third_party_amount', key, key, '2', 'true'),
    ('R23', '-third_party_before_discount', key, key, '2', 'true'),
] -%}
offered as (
    {% for code, amount, tender, other, strength, condition in claims -%}
    select
        ro_key, '{{ code }}' as cause_code, {{ tieout.money(amount) }} as amount, {{ tender }} as tender_key,
        cast({{ other }} as varchar) as other_key, {{ strength }} as strength
    from gaps
    where {{ condition }}
    union all
    {% endfor -%}
    select lacking_ro_key, 'R19', -amount, tender_key, cast(surplus_ro_key as varchar), 1 from misposted
    union all
    select surplus_ro_key, 'R19', amount, tender_key, cast(lacking_ro_key as varchar), 1 from misposted
    union all
    select gaps.ro_key, 'R19', gaps.delta, cast(null as uuid), cast(other.ro_key as varchar), 1
    from gaps
    inner join gaps as other
        on gaps.site_key = other.site_key
        and gaps.business_date = other.business_date
        and gaps.delta = -other.delta
    union all
    select gaps.ro_key, 'R19', -orphans.amount, orphans.tender_key, cast(null as varchar), 1
    from gaps
    inner join orphans
        on gaps.site_key = orphans.site_key
        and gaps.business_date = orphans.business_date
        and sign(gaps.delta) = -sign(orphans.amount)
    union all
    select ro_key, 'R21', -amount, cast(null as uuid), refused_key, strength from refused_claims
),

-- the same amount for the same cause is one claim
distinct_claims as (
    select
        ro_key,
        cause_code,
        amount,
        {{ tieout.one_key('tender_key') }} as tender_key,
        max(other_key) as other_key,
        max(strength) as strength
    from offered
    where amount <> 0
    group by ro_key, cause_code, amount
),

final as (
    select
        *,
        row_number() over (partition by ro_key order by cause_code asc, strength desc, amount asc) as place
    from distinct_claims
)

select * from final
