with source as (
    select * from {{ source('star', 'job') }}
),

renamed as (
    select
        dealer_number_id || '-' || document_id as ro_id,
        job_ordinal,
        operation_id,
        operation_name,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
