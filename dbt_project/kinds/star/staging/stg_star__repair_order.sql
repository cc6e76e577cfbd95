with source as (
    select * from {{ source('star', 'repair_order') }}
),

renamed as (
    select
        dealer_number_id || '-' || document_id as ro_id,
        dealer_number_id,
        document_id,
        status_text,
        secondary_reference_number_string as split_from_number,
        creation_date_time as created_at,
        repair_order_opened_date_time as opened_at,
        coalesce(repair_order_invoice_date_time, repair_order_completed_date_time) as closed_at,
        department_type,
        in_distance_measure as odometer_in,
        out_distance_measure as odometer_out,
        advisor_id,
        advisor_name,
        owner_id,
        owner_given_name,
        owner_family_name,
        owner_company_name,
        owner_line_one,
        owner_city_name,
        owner_state,
        owner_postcode,
        owner_complete_number,
        owner_email,
        vehicle_id as vin,
        model,
        model_year,
        make_string as make,
        price_total,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
