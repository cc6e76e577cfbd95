with source as (
    select * from {{ source('protractor', 'contact') }}
),

renamed as (
    select
        id as customer_id,
        location_id,
        name_first_name as first_name,
        name_last_name as last_name,
        company,
        file_as,
        phone_numbers,
        email,
        address_street,
        address_city,
        address_province,
        address_postal_code,
        header_creation_time as created_at,
        header_last_modified_time as updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
