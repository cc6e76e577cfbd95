with source as (
    select * from {{ source('twilio', 'call') }}
),

renamed as (
    select
        -- ids
        sid,
        call_id,
        site_code,
        resource,
        parent_call_sid,

        -- who called whom; some numbers stand for a withheld one
        "from" as from_address,
        "to" as to_address,
        case
            when from_e164 not in ('+266696687', '+2562533', '+7378742833', '+86282452253', '+8656696') then from_e164
        end as from_e164,
        to_e164,
        direction,
        status,
        source as recording_source,

        -- when
        date_created as created_at,
        start_time as connected_at,
        end_time as ended_at,
        date_updated as updated_at,
        duration,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
