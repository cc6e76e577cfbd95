-- The calls of the log. A leg that was accepted answered it; else its result says how it ended.
with legs as (
    select
        _version,
        min(answered_at) as answered_at,
        {{ tieout.first_of('extension', "coalesce(answered_at, timestamptz '9999-01-01 00:00:00+00')") }}
            as first_extension,
        max(ended_at) as ended_at
    from {{ ref('int_ringcentral__call_leg') }}
    group by _version
),

judged as (
    select
        calls.*,
        legs.answered_at, legs.first_extension, legs.ended_at as legs_ended_at,
        case
            when calls.from_phone_number is null and calls.to_phone_number is null then 'internal'
            when calls.direction = 'Inbound' then 'in'
            else 'out'
        end as way
    from {{ ref('stg_ringcentral__call') }} as calls
    left join legs on calls._version = legs._version
    where calls.medium = 'Voice' and calls.ended_as <> 'In Progress'
),

calls as (
    select
        call_id,
        site_code as site,
        way as direction,
        case when way = 'internal' then from_extension_number else from_e164 end as from_number,
        case when way = 'internal' then to_extension_number else to_e164 end as to_number,
        started_at,
        answered_at,
        greatest(ended_at, coalesce(legs_ended_at, ended_at)) as ended_at,
        case
            when answered_at is not null then 'answered'
            when ended_as in ('Voicemail', 'Sent to Voicemail') then 'voicemail'
            when ended_as in ('Hang Up', 'Abandoned') then 'abandoned'
            when ended_as = 'Busy' then 'busy'
            when ended_as in (
                'Missed', 'No Answer', 'Stopped', 'Rejected', 'Declined', 'Answered Not Accepted', 'Unknown',
                'Disconnected', 'Reply'
            ) then 'missed'
            else 'failed'
        end as status,
        cast(null as varchar) as entry_point,
        case
            when way = 'out' then coalesce(from_extension_number, first_extension)
            when way = 'internal' or answered_at is not null then first_extension
        end as extension,
        cast(null as varchar) as employee_id,
        cast(null as boolean) as is_spam,
        recording_id,
        updated_at,
        {{ tieout.landed_columns() }},
        _key as document_key
    from judged
)

select * from calls
