with source as (
    select * from {{ source('star', 'charge') }}
),

renamed as (
    select
        dealer_number_id || '-' || document_id as ro_id,
        charge_ordinal,
        job_ordinal,
        charge_type,
        description,
        price_total,
        price_cost,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
