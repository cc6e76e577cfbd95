-- The first and the last stop of an inbound call: what it reached, and the mailbox that it ended in.
with parts as (
    select
        *,
        case to_type
            when 'RingGroup' then 'ring_group' when 'Queue' then 'ring_group' when 'IVR' then 'ivr'
            when 'VoiceMail' then 'voicemail'
        end as node_type,
        row_number() over (partition by _version order by started_at, ended_at, row_id) as place
    from {{ ref('stg_threecx__record') }}
),

inbound as (
    select * from parts where place = 1 and from_type <> 'Extension'
),

told as (
    select
        call_id, node_type, coalesce(to_dispname, context) as label, started_at as entered_at,
        coalesce(answered_at, ended_at) as exited_at,
        case
            when node_type = 'voicemail' or (final_type = to_type and node_type = 'ivr') then 'hangup'
            when final_type = 'VoiceMail' and node_type = 'ivr' then 'done'
            when final_type = 'VoiceMail' then 'no_answer'
            when answered_at is not null then 'answered'
            when to_type = 'Queue' then 'abandoned'
            else 'no_answer'
        end as exit_reason,
        1 as rank, {{ tieout.landed_columns() }}
    from inbound
    where node_type is not null
    union all
    select
        call_id, 'voicemail' as node_type, final_extension as label, coalesce(answered_at, started_at) as entered_at,
        ended_at as exited_at, 'hangup' as exit_reason, 2 as rank, {{ tieout.landed_columns() }}
    from inbound
    where final_type = 'VoiceMail' and to_type <> 'VoiceMail'
    union all
    select
        call_id, 'hangup' as node_type, 'busy' as label, started_at as entered_at, ended_at as exited_at,
        'busy' as exit_reason, 3 as rank, {{ tieout.landed_columns() }}
    from inbound
    where node_type is null and lower(reason_terminated) like '%busy%'
),

steps as (
    {{ tieout.numbered_steps('told') }}
)

select * from steps
