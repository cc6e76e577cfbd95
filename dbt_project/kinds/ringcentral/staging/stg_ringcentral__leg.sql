with source as (
    select * from {{ source('ringcentral', 'leg') }}
),

renamed as (
    select
        call_id,
        nth,
        coalesce(master, false) as is_master,
        leg_type,
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
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
