with source as (
    select * from {{ source('cdk', 'repair_order') }}
),

renamed as (
    select
        ro_number as ro_id,
        dealer_id,
        open_date,
        closed_date,
        voided_date,
        service_advisor as advisor_id,
        nullif(cust_no, '0') as customer_id,
        vin,
        year,
        coalesce(make_desc, make) as make,
        coalesce(model_desc, model) as model,
        mileage,
        mileage_out,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
