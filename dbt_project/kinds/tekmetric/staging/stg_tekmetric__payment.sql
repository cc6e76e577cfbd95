with source as (
    select * from {{ source('tekmetric', 'payment') }}
),

renamed as (
    select
        repair_order_id as ro_id,
        id as payment_id,
        shop_id,
        upper(payment_status) as status,
        ar_payment as is_on_account,
        amount as amount_cents,
        payment_type,
        payment_date as paid_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
