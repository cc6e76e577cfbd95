with source as (
    select * from {{ source('stripe', 'payout') }}
),

renamed as (
    select
        id as payout_id,
        site_code,
        amount as amount_cents,
        currency,
        status,
        arrival_date as arrives_at,
        created as created_at,
        automatic as is_automatic,
        balance_transaction,
        description,
        failure_code,
        failure_message,
        method as speed,
        reconciliation_status,
        trace_id_status,
        trace_id_value,
        type as destination_type,
        failure_balance_transaction,
        original_payout,
        reversed_by,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
