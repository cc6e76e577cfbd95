with source as (
    select * from {{ source('pbs', 'repair_order') }}
),

renamed as (
    select
        repair_order_id as ro_id,
        serial_number,
        repair_order_number as ro_number,
        case when date_opened_utc >= timestamptz '1900-01-01 00:00:00+00' then date_opened_utc end as opened_at,
        case when date_cashiered_utc >= timestamptz '1900-01-01 00:00:00+00' then date_cashiered_utc end as closed_at,
        case when date_cashiered >= '1900' then cast(substr(date_cashiered, 1, 10) as date) end as closed_date,
        csr_ref as advisor_id,
        contact_ref as customer_id,
        vehicle_ref as vehicle_id,
        mileage_in,
        shop,
        lower(status) as status,
        appointment_ref as appointment_id,
        last_update as updated_at,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
