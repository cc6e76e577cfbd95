{{ config(materialized='view') }}

-- Why an order's tenders do not sum to its total. Three causes carry an amount of their own and may meet on one order;
-- what they leave must be explained whole by one of the others, in the catalogue's order, or stays unexplained.
with gaps as (
    select * from {{ ref('tie_gap') }}
),

with_own_amount as (
    select
        *,
        coalesce(duplicate_amount, 0) as r01,
        case
            when charged > grand_total and charged_again is not null then charged_again
            else 0
        end as r08,
        case
            when total_at_close <> grand_total and sign(total_at_close - grand_total) = sign(delta)
                then total_at_close - grand_total
            else 0
        end as r09
    from gaps
),

-- a claim that would leave more open than there was is none
claimed as (
    select
        *,
        case when abs(delta - r01) < abs(delta) then r01 else 0 end as claim_r01,
        case when abs(delta - r08) < abs(delta) then r08 else 0 end as claim_r08,
        case when abs(delta - r09) < abs(delta) then r09 else 0 end as claim_r09
    from with_own_amount
),

remaining as (
    select *, delta - claim_r01 - claim_r08 - claim_r09 as rest
    from claimed
),

caused as (
    select
        *,
        case
            when rest = 0 then null
            when rest = repeated_amount then 'R01'
            when twin_ro_key is not null and tendered = 0 and rest = -grand_total then 'R02'
            when refused_key is not null then 'R21'
            when rest < 0 and -rest in (cards_missing, cash_missing, checks_missing) then 'R03'
            when
                third_party_amount is not null and third_party_amount <> 0
                and -rest in (third_party_amount, third_party_before_discount) then 'R23'
            when
                card_upcharge <> 0 and rest = -card_upcharge then 'R15'
            when
                card_tenders > 0 and card_upcharge = 0 and upcharge_pct > 0
                and rest = round(grand_total * upcharge_pct, 2) then 'R15'
            when advanced > 0 and rest = advanced then 'R16'
            when grand_total < 0 and paid > 0 and rest = paid - grand_total then 'R17'
            -- cash goes in steps of five cents where nobody has smaller coins at hand
            when cash_tenders > 0 and abs(rest) <= greatest(cash_rounding / 2, 0.02) then 'R18'
            -- tax rounded by line or by order: a cent a line at most, and never five; cash is judged by its own step
            when cash_tenders = 0 and sales_tax <> 0 and abs(rest) <= least(0.01 * line_count, 0.05) then 'R18'
            when opposite_ro_key is not null or orphan_tender_key is not null then 'R19'
            when header_total is not null and rest = header_total - grand_total then 'R20'
            when rest < 0 and charged = 0 and has_ar_terms and paid = 0 then 'R14'
            when
                rest < 0 and tendered = 0
                and -rest <= greatest(cards_missing, cash_missing, checks_missing) then 'R03'
            when rest < 0 and charged = 0 and has_ar_terms then 'R14'
            when enforces_zero_balance then 'UNEXPLAINED'
            else 'R13'
        end as rest_cause
    from remaining
),

rows_of as (
    select
        gaps.*, duplicate_tender_key as tender_key, 'R01' as cause_code, claim_r01 as explained, 'certain' as confidence
    from caused as gaps
    where claim_r01 <> 0
    union all
    select gaps.*, charged_again_tender_key, 'R08', claim_r08, 'certain'
    from caused as gaps
    where claim_r08 <> 0
    union all
    select gaps.*, cast(null as uuid), 'R09', claim_r09, 'certain'
    from caused as gaps
    where claim_r09 <> 0
    union all
    select
        gaps.*,
        case
            when rest_cause = 'R01' then duplicate_tender_key
            when rest_cause = 'R16' then an_advance_tender_key
            when rest_cause = 'R19' then coalesce(orphan_tender_key, a_final_tender_key)
            when rest_cause = 'R17' then a_final_tender_key
        end,
        rest_cause, rest,
        case
            when rest_cause in ('R02', 'R15', 'R16', 'R17', 'R20', 'R21', 'R23') then 'certain'
            when rest_cause in ('UNEXPLAINED', 'R13') then 'guess'
            else 'likely'
        end
    from caused as gaps
    where rest <> 0
),

final as (
    select
        site_key,
        business_date,
        ro_key as tie_key,
        tender_key,
        cause_code,
        {{ tieout.money('explained') }} as delta,
        {{ tieout.money('abs(explained)') }} as amount_at_risk,
        confidence,
        case cause_code
            when 'R01' then {{ tieout.json_of({
                'ro_number': 'ro_number', 'tender_key': 'tender_key',
                'duplicate_amount': 'repeated_amount'
            }) }}
            when 'R02' then {{ tieout.json_of({'ro_number': 'ro_number', 'twin_ro_key': 'twin_ro_key'}) }}
            when 'R03' then {{ tieout.json_of({
                'ro_number': 'ro_number', 'cards_missing': 'cards_missing', 'cash_missing': 'cash_missing',
                'checks_missing': 'checks_missing'
            }) }}
            when 'R08' then {{ tieout.json_of({
                'ro_number': 'ro_number', 'charged': 'charged', 'grand_total': 'grand_total',
                'charged_again': 'charged_again'
            }) }}
            when 'R09' then {{ tieout.json_of({
                'ro_number': 'ro_number', 'total_at_close': 'total_at_close', 'grand_total': 'grand_total',
                'updated_by': 'updated_by', 'updated_at': 'recorded_ts'
            }) }}
            when 'R15' then {{ tieout.json_of({
                'ro_number': 'ro_number', 'card_upcharge': 'card_upcharge', 'upcharge_pct': 'upcharge_pct',
                'tendered': 'tendered', 'grand_total': 'grand_total'
            }) }}
            when 'R16' then {{ tieout.json_of({
                'ro_number': 'ro_number', 'advanced': 'advanced', 'paid': 'paid',
                'grand_total': 'grand_total'
            }) }}
            when 'R19' then {{ tieout.json_of({
                'ro_number': 'ro_number', 'opposite_ro_key': 'opposite_ro_key',
                'payment_without_order': 'orphan_tender_key'
            }) }}
            when 'R20' then {{ tieout.json_of({
                'ro_number': 'ro_number', 'header_total': 'header_total', 'grand_total': 'grand_total'
            }) }}
            when 'R21' then {{ tieout.json_of({'ro_number': 'ro_number', 'refused_payment': 'refused_key'}) }}
            when 'R23' then {{ tieout.json_of({'ro_number': 'ro_number', 'third_party_amount': 'third_party_amount'}) }}
            else {{ tieout.json_of({
                'ro_number': 'ro_number', 'grand_total': 'grand_total', 'paid': 'paid',
                'advanced': 'advanced', 'charged': 'charged'
            }) }}
        end as evidence,
        least(recorded_ts, first_tender_ts) as first_seen_ts
    from rows_of
)

select * from final
