with source as (
    select * from {{ source('shopmonkey', 'customer_row') }}
),

renamed as (
    select
        entity,
        id as row_id,
        customer_id,
        changed_at,
        deleted as is_deleted_row,
        first_name,
        last_name,
        company_name,
        customer_type,
        address1,
        city,
        state,
        postal_code,
        marketing_opt_in as is_opted_in_to_mail,
        number as phone_number,
        "primary" as is_primary,
        opt_in as is_opted_in,
        email,
        created_date,
        updated_date,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
