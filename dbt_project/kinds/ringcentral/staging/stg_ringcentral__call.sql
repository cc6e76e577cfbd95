with source as (
    select * from {{ source('ringcentral', 'call') }}
),

renamed as (
    select
        id as call_id,
        site_code,
        "type" as medium,
        from_phone_number,
        to_phone_number,
        from_e164,
        to_e164,
        from_extension_number,
        to_extension_number,
        to_name,
        direction,
        "action" as leg_action,
        "result" as ended_as,
        reason,
        start_time as started_at,
        {{ tieout.plus_seconds('start_time', 'duration', 'duration_ms') }} as ended_at,
        recording_id,
        last_modified_time as updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
