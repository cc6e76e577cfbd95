{{ config(materialized='view') }}

-- Why an order's tenders do not sum to its total. The fewest causes whose amounts sum to the gap to the cent, at most
-- three, each consuming its amount; rounding (R18) counts as one of them. Of equally many, those that are proved, since
-- terms or a total of the day fit more than one order; then those that come first in the catalogue. Where there are no
-- such causes, what is proved is taken off as far as that brings the rest nearer to nothing; the rest was paid too much
-- or too little (R13), or stays unexplained where the source does not allow that.
with gaps as (
    select
        *,
        -- cash goes in steps of five cents where nobody has smaller coins at hand; tax rounded by line or by order is
        -- off by a cent a line at most, and never by five
        case
            when cash_tenders > 0 then greatest(cash_rounding / 2, 0.02)
            when sales_tax <> 0 then least(0.01 * line_count, 0.05)
            else 0
        end as rounding
    from {{ ref('tie_gap') }}
),

claims as (
    select * from {{ ref('tie_claim') }}
),

-- at most three claims, each of another cause
sets as (
    select ro_key, 0 as size, {{ tieout.money('0') }} as explained, '' as causes, ';' as places, 1 as strength
    from gaps
    union all
    select ro_key, 1, amount, cause_code, ';' || place || ';', strength
    from claims
    union all
    select
        one.ro_key, 2, one.amount + two.amount, one.cause_code || two.cause_code,
        ';' || one.place || ';' || two.place || ';', least(one.strength, two.strength)
    from claims as one
    inner join claims as two on one.ro_key = two.ro_key and one.cause_code < two.cause_code
    union all
    select
        one.ro_key, 3, one.amount + two.amount + three.amount, one.cause_code || two.cause_code || three.cause_code,
        ';' || one.place || ';' || two.place || ';' || three.place || ';',
        least(one.strength, two.strength, three.strength)
    from claims as one
    inner join claims as two on one.ro_key = two.ro_key and one.cause_code < two.cause_code
    inner join claims as three on two.ro_key = three.ro_key and two.cause_code < three.cause_code
),

judged as (
    select
        sets.*,
        gaps.delta - sets.explained as rest,
        gaps.delta = sets.explained as is_exact,
        abs(gaps.delta - sets.explained) <= gaps.rounding as is_rounded,
        sets.size + case when gaps.delta = sets.explained then 0 else 1 end as cost
    from sets
    inner join gaps on sets.ro_key = gaps.ro_key
    where abs(gaps.delta - sets.explained) <= gaps.rounding
    or sets.size = 0
    or (sets.strength = 2 and abs(gaps.delta - sets.explained) < abs(gaps.delta))
),

ranked as (
    select
        *,
        row_number() over (
            partition by ro_key
            order by
                case when is_rounded then cost else 9 end asc,
                case when is_rounded then 0 else abs(rest) end asc, strength desc, size asc, causes asc,
                places asc
        ) as choice,
        count(*) filter (where is_rounded and strength = 2) over (partition by ro_key, cost) as equals
    from judged
),

chosen as (
    select
        gaps.*,
        ranked.rest,
        ranked.is_rounded,
        ranked.places,
        -- every cent is proved, and nothing else would prove it
        ranked.is_exact and ranked.equals = 1 and ranked.strength = 2 as is_certain
    from ranked
    inner join gaps on ranked.ro_key = gaps.ro_key
    where ranked.choice = 1
),

rows_of as (
    select
        chosen.*,
        claims.cause_code,
        claims.amount as explained,
        claims.tender_key,
        claims.other_key,
        case when chosen.is_certain then 'certain' else 'likely' end as confidence
    from chosen
    inner join claims
        on chosen.ro_key = claims.ro_key
        and chosen.places like '%;' || claims.place || ';%'
    union all
    select
        *,
        -- R13 is asked last: any gap is too much or too little, and only what nothing else explains is nothing more
        case
            when is_rounded then 'R18'
            when rest < 0 and charged = 0 and has_ar_terms and charge_deleted is null then 'R14'
            when enforces_zero_balance then 'UNEXPLAINED'
            else 'R13'
        end,
        rest,
        cast(null as uuid),
        cast(null as varchar),
        case
            when is_rounded or (rest < 0 and charged = 0 and has_ar_terms and charge_deleted is null) then 'likely'
            else 'guess'
        end
    from chosen
    where rest <> 0
),

{% set order = {
    'ro_number': 'ro_number', 'closed_on': 'business_date', 'grand_total': 'grand_total', 'tendered': 'tendered'
} -%}
{% set payment = {
    'tender_id': 'tender_id', 'amount': 'tender_amount', 'method': 'tender_method', 'paid_on': 'paid_on',
    'recorded_at': 'tender_recorded_ts', 'taken_by': 'taken_by'
} -%}
{% set evidence = {
    'R01': payment,
    'R02': {'copy_of': 'other_key', 'read_at': 'recorded_ts'},
    'R03': {
        'missing': 'greatest(cards_missing, cash_missing, checks_missing)', 'cards_missing': 'cards_missing',
        'cash_missing': 'cash_missing', 'checks_missing': 'checks_missing'
    },
    'R08': dict(payment, charged='charged', charged_again='charged_again'),
    'R09': {
        'total_at_close': 'coalesce(total_at_close, total_at_first_close)', 'version_at_close': 'version_at_close',
        'version': 'version', 'updated_by': 'updated_by', 'updated_at': 'recorded_ts'
    },
    'R14': dict(payment, charged='charged', charge_deleted='charge_deleted', has_terms='has_ar_terms'),
    'R15': {'card_upcharge': 'card_upcharge', 'upcharge_pct': 'upcharge_pct'},
    'R16': dict(payment, advanced='advanced', paid='paid'),
    'R17': payment,
    'R19': dict(payment, other_order='other_key'),
    'R20': {'header_total': 'header_total'},
    'R21': {'refused_payment': 'other_key'},
    'R23': {'third_party_amount': 'third_party_amount'},
} -%}
witnessed as (
    select
        rows_of.*,
        tenders.source_entity_id as tender_id,
        tenders.amount as tender_amount,
        tenders.method as tender_method,
        tenders.business_date as paid_on,
        tenders.recorded_ts as tender_recorded_ts,
        people.name as taken_by
    from rows_of
    left join {{ ref('fct_tender') }} as tenders on rows_of.tender_key = tenders.tender_key
    left join {{ ref('dim_employee') }} as people on tenders.taken_by_key = people.employee_key
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
            {% for code, own in evidence.items() -%}
            when '{{ code }}' then {{ tieout.json_of(dict(order, **own)) }}
            {% endfor -%}
            else {{ tieout.json_of(dict(order, paid='paid', advanced='advanced', charged='charged')) }}
        end as evidence,
        other_key,
        least(recorded_ts, first_tender_ts) as first_seen_ts
    from witnessed
)

select * from final
