-- What moved money of Square's: a movement that is not (or no longer) completed counts as deleted.
with movements as (
    select * from {{ ref('stg_square__movement') }}
    where coalesce(source_type, '') not in ('CASH', 'EXTERNAL')
),

fees as (
    select
        _version,
        sum(fee_cents) as fee_cents
    from {{ ref('stg_square__movement_fee') }}
    group by _version
),

moved as (
    select
        movements.movement_id as txn_id,
        movements.location_id,
        movements.resource as txn_type,
        movements.square_product,
        case
            when movements.resource = 'payment' then coalesce(movements.total_cents, movements.amount_cents)
            else -movements.amount_cents
        end as gross_cents,
        coalesce(fees.fee_cents, 0) as fee_cents,
        movements.created_at as processed_at,
        movements.payout_id,
        movements.card_brand,
        movements.last4,
        movements.auth_code,
        coalesce(movements.reference_id, movements.note) as reference,
        case
            when movements.resource = 'dispute'
                then coalesce(movements.state, '') in (
                    'WON', 'INQUIRY_EVIDENCE_REQUIRED', 'INQUIRY_PROCESSING', 'INQUIRY_CLOSED'
                )
            else coalesce(movements.status, '') <> 'COMPLETED'
        end as is_without_money,
        {{ tieout.landed_columns('movements') }}
    from movements
    left join fees on movements._version = fees._version
),

-- entries that are of no payment, refund or dispute are fees of their own
own_fees as (
    select
        entry_id as txn_id,
        location_id,
        'fee' as txn_type,
        cast(null as varchar) as square_product,
        0 as gross_cents,
        -net_cents as fee_cents,
        effective_at as processed_at,
        payout_id,
        cast(null as varchar) as card_brand,
        cast(null as varchar) as last4,
        cast(null as varchar) as auth_code,
        cast(null as varchar) as reference,
        false as is_without_money,
        {{ tieout.landed_columns() }}
    from {{ ref('stg_square__payout_entry') }}
    where payment_id is null
    and payment_refund_id is null
    and dispute_id is null
),

paid_out as (
    select
        payout_id as txn_id,
        location_id,
        'payout' as txn_type,
        cast(null as varchar) as square_product,
        -amount_cents as gross_cents,
        0 as fee_cents,
        created_at as processed_at,
        cast(null as varchar) as payout_id,
        cast(null as varchar) as card_brand,
        cast(null as varchar) as last4,
        cast(null as varchar) as auth_code,
        cast(null as varchar) as reference,
        status = 'FAILED' as is_without_money,
        {{ tieout.landed_columns() }}
    from {{ ref('stg_square__payout') }}
),

every_movement as (
    select * from moved
    union all
    select * from own_fees
    union all
    select * from paid_out
),

-- what others name is a payment, by its id alone; the ids of other movements are of their own lists
keyed as (
    select
        *,
        case
            when txn_type = 'payment' then {{ tieout.source_key(['_connection', 'txn_id']) }}
            else {{ tieout.source_key(['_connection', 'txn_type', 'txn_id']) }}
        end as movement_key
    from every_movement
),

canonical as (
    select
        txn_id,
        location_id as site,
        txn_type as type,
        case
            when square_product is null then null
            when square_product in ('SQUARE_POS', 'TERMINAL_API', 'RETAIL', 'RESTAURANTS', 'APPOINTMENTS')
                then 'terminal'
            when square_product in ('INVOICES', 'PAYMENT_LINKS') then 'payment request'
            else 'online'
        end as origin,
        {{ tieout.cents_to_dollars('gross_cents') }} as gross,
        {{ tieout.cents_to_dollars('fee_cents') }} as fee,
        {{ tieout.cents_to_dollars('gross_cents - fee_cents') }} as net,
        processed_at,
        payout_id,
        card_brand,
        last4,
        auth_code,
        reference,
        _connection,
        movement_key as _key,
        cast(null as uuid) as _parent_key,
        _order,
        _version,
        _row_hash,
        _is_deleted or is_without_money as _is_deleted,
        _bound,
        _pulled_at,
        _pull_id,
        movement_key as document_key
    from keyed
)

select * from canonical
