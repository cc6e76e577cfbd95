with source as (
    select * from {{ source('freeswitch', 'leg') }}
),

renamed as (
    select
        -- ids
        call_id,
        row_id,
        site_code,
        uuid as leg_id,
        bleg_uuid as bridged_to,

        -- who called what
        caller_id_number as src,
        destination_number as dst,
        caller_e164 as src_e164,
        destination_e164 as dst_e164,
        context,
        channel_name,
        bridge_channel,
        lower(last_app) as last_application,
        hangup_cause,
        recording_file as recording_id,

        -- the switch's wall clock made UTC; of the hour that autumn repeats, the later pass is taken
        cast(start_stamp as timestamp) at time zone timezone as started_at,
        cast(answer_stamp as timestamp) at time zone timezone as answered_at,
        cast(end_stamp as timestamp) at time zone timezone as ended_at,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
