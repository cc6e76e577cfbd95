-- The way of an inbound call: the applications of the caller's leg that a caller passes through. The next one ends it,
-- or the connection to a phone, or the end of the leg.
with applications as (
    select * from {{ ref('stg_freeswitch__application') }}
    where leg_id = call_id
),

ways as (
    {{ tieout.matched_contexts('applications', 'direction', 'rows_of._version') }}
),

nodes as (
    select
        applications.*,
        case
            when application in ('bridge', 'callcenter', 'fifo') then 'ring_group'
            when application in ('ivr', 'playback', 'play_and_get_digits', 'read') then 'ivr'
            when application = 'voicemail' then 'voicemail'
            when application in ('hangup', 'respond') then 'hangup'
        end as node_type,
        case
            when application = 'bridge' then exten
            when application = 'callcenter' then split_part(application_data, '@', 1)
            when application = 'voicemail' then split_part(application_data, ' ', 3)
            when application = 'hangup' and application_data = 'USER_BUSY' then 'busy'
            else split_part(application_data, ' ', 1)
        end as label
    from applications
    left join ways on applications._version = ways._version and ways.place = 1
    where coalesce(ways.canonical, 'in') = 'in'
),

followed as (
    select
        *,
        lead(started_at) over (partition by _version order by started_at, nth) as next_at
    from nodes
    where node_type is not null
),

told as (
    select
        call_id,
        node_type,
        label,
        started_at as entered_at,
        case
            when node_type = 'ring_group' and bridged_at >= started_at and bridged_at < coalesce(next_at, ended_at)
                then bridged_at
            else coalesce(next_at, ended_at)
        end as exited_at,
        case
            when node_type = 'hangup' then label
            when node_type = 'ring_group' and bridged_at >= started_at and bridged_at < coalesce(next_at, ended_at)
                then 'answered'
            when node_type = 'ring_group' and (next_at is not null or application = 'bridge') then 'no_answer'
            when node_type = 'ring_group' then 'abandoned'
            when next_at is not null then 'done'
            else 'hangup'
        end as exit_reason,
        nth as rank,
        {{ tieout.landed_columns() }}
    from followed
),

steps as (
    {{ tieout.numbered_steps('told') }}
)

select * from steps
