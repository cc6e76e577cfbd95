-- The way of an inbound call as its legs tell it: the group that was rung, the mailbox.
with calls as (
    select *, to_name as group_name, ended_as as call_ended_as, ended_at as call_ended_at
    from {{ ref('stg_ringcentral__call') }}
    where direction = 'Inbound' and medium = 'Voice'
),

legs as (
    select
        _version, started_at, ended_at, ended_as, coalesce(to_extension_number, to_name) as party,
        ended_as in ('Accepted', 'Call connected', 'Disconnected') as was_accepted
    from {{ ref('stg_ringcentral__leg') }}
    where not is_master
),

rung as (
    select
        _version, min(started_at) as entered_at, max(ended_at) as given_up_at,
        min(case when was_accepted then started_at end) as accepted_at
    from legs
    where ended_as <> 'Voicemail'
    group by _version
),

told as (
    select
        calls.call_id, 'ring_group' as node_type, coalesce(calls.group_name, 'group') as label, rung.entered_at,
        coalesce(rung.accepted_at, rung.given_up_at) as exited_at,
        case
            when rung.accepted_at is not null then 'answered'
            when calls.call_ended_as in ('Hang Up', 'Abandoned') then 'abandoned'
            else 'no_answer'
        end as exit_reason,
        1 as rank, {{ tieout.landed_columns('calls') }}
    from calls
    inner join rung on calls._version = rung._version
    union all
    select
        calls.call_id, 'voicemail' as node_type, legs.party as label, legs.started_at as entered_at,
        calls.call_ended_at as exited_at, 'hangup' as exit_reason, 2 as rank, {{ tieout.landed_columns('calls') }}
    from calls
    inner join legs on calls._version = legs._version
    where legs.ended_as = 'Voicemail'
),

steps as (
    {{ tieout.numbered_steps('told') }}
)

select * from steps
