with source as (
    select * from {{ source('shopdata', 'ros') }}
),

renamed as (
    select
        shop || '-' || ro_number as ro_id,
        shop,
        ro_number,
        case when customer_id is not null then shop || '-' || customer_id end as customer_id,
        case when vehicle_id is not null then shop || '-' || vehicle_id end as vehicle_id,
        case when advisor_id is not null then shop || '-' || advisor_id end as advisor_id,
        open_date,
        close_date,
        void_date,
        mileage_in,
        department,
        labor_total,
        parts_total,
        misc_total,
        tax_total,
        ro_total,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
