{{ config(materialized='view') }}

-- Why a payment stands on another day or shop than the sale it pays: the first cause of the catalogue that fits, which
-- consumes the whole payment. Both sides of a pair get the same cause.
with payments as (
    select
        *,
        -- money that goes the other way than the order's own
        case when grand_total < 0 then amount > 0 else amount < 0 end as is_given_back,
        tender_site_key = order_site_key as is_own_shop
    from {{ ref('tie_payment') }}
),

caused as (
    select
        *,
        case
            when copy_of_tender_key is not null then 'R01'
            when is_void then 'R04'
            -- R19 of a payment without an order, since no other cause can be judged without one
            when ro_key is null or order_status is null then 'R19'
            -- R24 before R17: a chargeback is money given back without a refund order too, and its dispute says which
            when is_given_back and dispute_id is not null then 'R24'
            -- R17 and R25 before the causes of dates: money given back, or taken elsewhere, breaks under any date
            when is_given_back and (is_sale or times_reopened = 0) then 'R17'
            when not is_own_shop then 'R25'
            when closed_before_on_that_day or (times_reopened > 0 and not is_sale) then 'R06'
            when
                is_sale and recorded_business_date = close_business_date
                and tender_business_date <> recorded_business_date
                and recorded_utc_date = tender_business_date then 'R10'
            -- R12 of an order's own date before R11: a payment is late only after a close that was dated rightly
            when
                is_sale and close_recorded_date = tender_business_date
                and close_recorded_date <> close_business_date then 'R12'
            when
                is_sale and tender_business_date > close_business_date
                and coalesce(recorded_business_date, tender_business_date) >= tender_business_date then 'R11'
            when is_sale and recorded_business_date <> tender_business_date then 'R12'
            when is_sale and tender_business_date < close_business_date then 'R12'
            when not is_sale and recorded_ts >= order_recorded_ts then 'R22'
            else 'UNEXPLAINED'
        end as cause_code
    from payments
),

{% set payment = {
    'ro_number': 'ro_number', 'tender_id': 'tender_id', 'method': 'method', 'paid_on': 'tender_business_date',
    'recorded_at': 'recorded_ts', 'taken_by': 'taken_by', 'closed_on': 'close_business_date',
    'order_status': 'order_status'
} -%}
{% set evidence = {
    'R01': {'copy_of': 'copy_of_tender_key'},
    'R04': {'updated_by': 'updated_by', 'voided_at': 'order_recorded_ts'},
    'R06': {'times_reopened': 'times_reopened', 'updated_by': 'updated_by', 'updated_at': 'order_recorded_ts'},
    'R10': {'recorded_on': 'recorded_business_date', 'date_in_utc': 'recorded_utc_date'},
    'R12': {'recorded_on': 'recorded_business_date', 'close_recorded_on': 'close_recorded_date'},
    'R22': {'order_read_until': 'order_recorded_ts'},
    'R24': {'dispute_id': 'dispute_id', 'disputed_at': 'disputed_ts'},
    'R25': {'shop_of_payment': 'tender_site_key', 'shop_of_order': 'order_site_key'},
} -%}
witnessed as (
    select caused.*, people.name as taken_by
    from caused
    left join {{ ref('dim_employee') }} as people on caused.taken_by_key = people.employee_key
),

final as (
    select
        site_key,
        business_date,
        tie_key,
        tender_key,
        cause_code,
        delta,
        {{ tieout.money('abs(delta)') }} as amount_at_risk,
        case
            when cause_code in ('R01', 'R04', 'R24', 'R25', 'R10') then 'certain'
            when cause_code = 'R19' and ro_key is null then 'certain'
            -- it is on record that the order was closed on that very day before
            when cause_code = 'R06' and closed_before_on_that_day then 'certain'
            -- it is on record that nobody had the money earlier
            when cause_code = 'R11' and recorded_business_date is not null then 'certain'
            when cause_code = 'UNEXPLAINED' then 'guess'
            else 'likely'
        end as confidence,
        case cause_code
            {% for code, own in evidence.items() -%}
            when '{{ code }}' then {{ tieout.json_of(dict(payment, **own)) }}
            {% endfor -%}
            else {{ tieout.json_of(payment) }}
        end as evidence,
        least(recorded_ts, order_recorded_ts) as first_seen_ts
    from witnessed
)

select * from final
