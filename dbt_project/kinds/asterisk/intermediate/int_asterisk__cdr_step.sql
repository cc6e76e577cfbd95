-- The way of an inbound call as its records tell it: the applications that the caller's channel ended in. A menu before
-- a queue or a mailbox has left no record.
with cdr as (
    select
        cdr.*,
        case
            when cdr.last_application in ('queue', 'dial') then 'ring_group'
            when cdr.last_application in ('background', 'read', 'waitexten', 'playback', 'ivr') then 'ivr'
            when cdr.last_application in ('voicemail', 'minivm') then 'voicemail'
            when cdr.last_application in ('busy', 'congestion') then 'hangup'
        end as node_type,
        case
            when cdr.last_application = 'dial' then coalesce(cdr.did, cdr.dst)
            when cdr.last_application in ('queue', 'voicemail', 'minivm')
                then split_part(split_part(cdr.application_data, ',', 1), '@', 1)
            when cdr.last_application in ('busy', 'congestion') then cdr.last_application
            else cdr.context
        end as label
    from {{ ref('stg_asterisk__cdr') }} as cdr
    inner join {{ ref('int_asterisk__call_entry') }} as entries
        on cdr._version = entries._version
        and entries.direction = 'in'
    inner join {{ source('config', 'value_map') }} as chosen
        on cdr._connection = chosen.connection
        and chosen.table_name = 'call_step'
        and chosen.column_name = 'source'
        and chosen.raw = 'cdr'
    where coalesce(cdr.uniqueid, cdr.call_id) = cdr.call_id
),

-- a row for every phone that rang is one step of the group
passed as (
    select
        call_id,
        node_type,
        label,
        min(started_at) as entered_at,
        max(coalesce(ended_at, started_at)) as ended_at,
        min(case when node_type = 'ring_group' and disposition = 'ANSWERED' then answered_at end) as answered_at,
        max(case when last_application = 'queue' then 1 else 0 end) as was_queued,
        _version, _connection, _parent_key, max(_order) as _order,
        cast(min(cast(_row_hash as varchar)) as uuid) as _row_hash,
        _is_deleted, _bound, _pulled_at, _pull_id
    from cdr
    where node_type is not null
    group by
        call_id, node_type, label, _version, _connection, _parent_key, _is_deleted, _bound, _pulled_at, _pull_id
),

followed as (
    select
        *,
        lead(entered_at) over (partition by _version order by entered_at, ended_at, label) as next_at
    from passed
),

steps as (
    select
        call_id,
        node_type,
        label,
        entered_at,
        coalesce(answered_at, ended_at) as exited_at,
        case
            when node_type = 'hangup' then label
            when answered_at is not null then 'answered'
            when node_type = 'ring_group' and next_at is null and was_queued = 1 then 'abandoned'
            when node_type = 'ring_group' then 'no_answer'
            when next_at is null then 'hangup'
            else 'done'
        end as exit_reason,
        1 as rank,
        {{ tieout.source_key(['_connection', 'call_id', 'node_type', 'label']) }} as _key,
        _parent_key, _order, _version, _row_hash, _connection, _is_deleted, _bound, _pulled_at, _pull_id
    from followed
)

select * from steps
