with source as (
    select * from {{ source('files', 'call_leg') }}
),

renamed as (
    select
        call_id,
        leg_id,
        extension,
        employee_id,
        started_at,
        answered_at,
        ended_at,
        result,
        transfer_from,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
