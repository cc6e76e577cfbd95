with source as (
    select * from {{ source('star', 'labor') }}
),

renamed as (
    select
        dealer_number_id || '-' || document_id as ro_id,
        dealer_number_id,
        job_ordinal,
        labor_ordinal,
        labor_operation_id as op_code,
        labor_operation_description as description,
        labor_allowance_hours_numeric as hours,
        labor_actual_hours_numeric as actual_hours,
        technician_id,
        price_total,
        price_cost,
        price_discount,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
