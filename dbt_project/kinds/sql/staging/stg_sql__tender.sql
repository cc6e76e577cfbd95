with source as (
    select * from {{ source('sql', 'tender') }}
),

renamed as (
    select
        tender_id,
        site,
        ro_id,
        customer_id,
        kind,
        method,
        method_name,
        amount,
        business_date,
        recorded_at,
        reference,
        auth_code,
        processor_txn_id,
        applied_to_ro_id,
        taken_by_id,
        is_void,
        voids_tender_id,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
