with source as (
    select * from {{ source('files', 'call') }}
),

renamed as (
    select
        call_id,
        site,
        direction,
        from_number,
        to_number,
        started_at,
        answered_at,
        ended_at,
        status,
        entry_point,
        extension,
        employee_id,
        is_spam,
        recording_id,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
