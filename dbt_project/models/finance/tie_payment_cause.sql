{{ config(materialized='view') }}

-- Why a payment stands on another day or shop than the sale it pays. Both sides of a pair get the same cause.
with payments as (
    select * from {{ ref('tie_payment') }}
),

caused as (
    select
        *,
        case
            when ro_key is null or order_status is null then 'R19'
            when is_void then 'R04'
            when not is_sale and amount < 0 and times_reopened = 0 then 'R17'
            when is_sale and amount < 0 and tender_business_date > close_business_date then 'R17'
            when tender_site_key <> order_site_key then 'R25'
            when closed_before_on_that_day or (times_reopened > 0 and not is_sale) then 'R06'
            when
                is_sale and recorded_business_date = close_business_date
                and tender_business_date <> recorded_business_date
                and recorded_utc_date = tender_business_date then 'R10'
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
            when cause_code in ('R04', 'R25', 'R06', 'R10', 'R11') then 'certain'
            when cause_code = 'UNEXPLAINED' then 'guess'
            else 'likely'
        end as confidence,
        {{ tieout.json_of({
            'ro_number': 'ro_number', 'tender_id': 'tender_id', 'method': 'method', 'paid_on': 'tender_business_date',
            'recorded_at': 'recorded_ts', 'closed_on': 'close_business_date', 'order_status': 'order_status'
        }) }} as evidence,
        least(recorded_ts, order_recorded_ts) as first_seen_ts
    from caused
)

select * from final
