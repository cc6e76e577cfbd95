with source as (
    select * from {{ source('callrail', 'call') }}
),

renamed as (
    select
        id as call_id,
        company_id as site_code,
        case direction when 'inbound' then 'in' else 'out' end as way,
        customer_e164,
        tracking_e164,
        answered,
        voicemail,
        call_type,
        recording,
        start_time as started_at,
        start_time + coalesce(duration, 0) * interval '1 second' as ended_at,
        duration is null as goes_on,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
