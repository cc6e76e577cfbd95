with source as (
    select * from {{ source('shopware', 'customer') }}
),

renamed as (
    select
        id as customer_id,
        first_name,
        last_name,
        business_name,
        customer_type,
        email,
        phone,
        phone_numbers,
        address,
        city,
        state,
        zip,
        marketing_ok,
        origin_shop_id,
        shop_ids,
        fleet_id,
        created_at,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
