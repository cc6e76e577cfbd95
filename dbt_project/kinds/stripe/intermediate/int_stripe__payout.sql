with payouts as (
    select * from {{ ref('stg_stripe__payout') }}
),

canonical as (
    select
        payout_id,
        site_code as site,
        -- Stripe writes the day as midnight UTC
        cast(arrives_at as date) as expected_date,
        case when status = 'paid' then cast(arrives_at as date) end as deposited_date,
        {{ tieout.cents_to_dollars('amount_cents') }} as amount,
        status,
        trace_id_value as bank_reference,
        {{ tieout.landed_columns() }},
        _key as document_key
    from payouts
)

select * from canonical
