with source as (
    select * from {{ source('sql', 'ro_status_event') }}
),

renamed as (
    select
        ro_id,
        event_id,
        from_status,
        to_status,
        "at" as event_at,
        by_id,
        reason,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
