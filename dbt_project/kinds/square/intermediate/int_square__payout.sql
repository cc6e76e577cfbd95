with payouts as (
    select * from {{ ref('stg_square__payout') }}
),

canonical as (
    select
        payout_id,
        location_id as site,
        arrival_date as expected_date,
        case when status = 'PAID' then arrival_date end as deposited_date,
        {{ tieout.cents_to_dollars('amount_cents') }} as amount,
        case status when 'SENT' then 'in_transit' else lower(status) end as status,
        end_to_end_id as bank_reference,
        {{ tieout.landed_columns() }},
        _key as document_key
    from payouts
)

select * from canonical
