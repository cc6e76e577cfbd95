with source as (
    select * from {{ source('asterisk', 'cdr') }}
),

renamed as (
    select
        -- ids
        call_id,
        row_id,
        site_code,
        uniqueid,
        linkedid,
        "sequence" as sequence_number,

        -- where it went
        src,
        dst,
        did,
        src_e164,
        dst_e164,
        did_e164,
        dcontext as context,
        channel as party_a,
        dstchannel as party_b,
        lower(lastapp) as last_application,
        lastdata as application_data,
        disposition,
        recordingfile as recording_id,

        -- the PBX's wall clock made UTC; of the hour that autumn repeats, the later pass is taken
        cast("start" as timestamp) at time zone timezone as started_at,
        cast("answer" as timestamp) at time zone timezone as answered_at,
        coalesce(
            cast("end" as timestamp) at time zone timezone,
            cast("start" as timestamp) at time zone timezone + duration * interval '1 second'
        ) as ended_at,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
