with source as (
    select * from {{ source('pbs', 'contact') }}
),

renamed as (
    select
        contact_id as customer_id,
        serial_number,
        first_name,
        last_name,
        company_name,
        address,
        city,
        state,
        zip_code as postal_code,
        nullif(concat_ws(';', cell_phone, home_phone, business_phone), '') as phones,
        email_address as email,
        merged_to_contact_ref as merged_into_id,
        lower(communication_preferences_text_message) as text_preference,
        last_update as updated_at,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
