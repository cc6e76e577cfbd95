with source as (
    select * from {{ source('pbs', 'request') }}
),

renamed as (
    select
        repair_order_id as ro_id,
        request_state,
        request_ordinal,
        request_state || '.' || cast(request_ordinal as varchar) as job_id,
        request_description as description,
        csr as advisor_name,
        lower(coalesce(charge_type, 'customer')) as payer,
        coalesce(summary_labour, 0) as labour,
        coalesce(summary_parts, 0) as parts,
        coalesce(summary_sublet_tow, 0) as sublet_tow,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
