with source as (
    select * from {{ source('tekmetric', 'customer') }}
),

renamed as (
    select
        id as customer_id,
        shop_id,
        first_name,
        last_name,
        email,
        phone_numbers,
        customer_type_id,
        address_address1,
        address_city,
        address_state,
        address_zip,
        eligible_for_accounts_receivable,
        ok_for_marketing,
        created_date as created_at,
        updated_date as updated_at,
        deleted,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
