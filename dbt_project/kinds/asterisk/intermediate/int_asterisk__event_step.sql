-- The way of an inbound call as its events tell it. What the caller's channel enters is a step: an application (CEL),
-- a key pressed in a menu (an extension of one key after it), a queue (queue_log, else CEL). What comes next ends it.
with events as (
    select * from {{ ref('stg_asterisk__event') }}
    where log = 'queue_log' or uniqueid = call_id
),

ways as (
    {{ tieout.matched_contexts('events', 'direction', 'rows_of._version', 'rows_of.happened_at asc,') }}
),

inbound as (
    select events.*
    from events
    left join ways on events._version = ways._version and ways.place = 1
    where coalesce(ways.canonical, 'in') = 'in'
),

-- a queue that has a log of its own is told by it
logged as (
    select distinct _version, queue from inbound where event_type = 'ENTERQUEUE'
),

starts as (
    select
        inbound.*,
        case
            when inbound.application in ('queue', 'dial') then 'ring_group'
            when inbound.application in ('background', 'read', 'waitexten', 'playback', 'ivr') then 'ivr'
            when inbound.application in ('voicemail', 'minivm') then 'voicemail'
            when inbound.application in ('busy', 'congestion') then 'hangup'
        end as node_type,
        case
            when inbound.application in ('queue', 'voicemail', 'minivm')
                then split_part(split_part(inbound.application_data, ',', 1), '@', 1)
            when inbound.application in ('busy', 'congestion') then inbound.application
            when inbound.application = 'dial' then inbound.exten
            else inbound.context
        end as label
    from inbound
    where inbound.event_type = 'APP_START'
),

before as (
    select
        *,
        lag(node_type) over (partition by _version order by happened_at, row_id) as node_before,
        lag(label) over (partition by _version order by happened_at, row_id) as label_before,
        lag(exten) over (partition by _version order by happened_at, row_id) as exten_before
    from starts
),

-- what the caller entered, and what ended it, in one line of time
marks as (
    select
        _version, happened_at, 1 as rank, 'menu_key' as node_type, exten as label, 'key' as ended_by,
        application, call_id, _key, _row_hash
    from before
    where node_before = 'ivr' and exten <> exten_before and length(exten) = 1
        and position(exten in '0123456789*#') > 0
    union all
    select _version, happened_at, 2, node_type, label, 'next', application, call_id, _key, _row_hash
    from before
    where node_type is not null
        and not (
            node_type = 'ivr' and node_before is not distinct from 'ivr'
            and label is not distinct from label_before and exten is not distinct from exten_before
        )
        and not (
            application = 'queue' and exists (
                select 1 from logged where logged._version = before._version and logged.queue = before.label
            )
        )
    union all
    select _version, happened_at, 2, 'ring_group', queue, 'next', 'queue', call_id, _key, _row_hash
    from inbound
    where event_type = 'ENTERQUEUE'
    union all
    select
        _version, happened_at, 0, cast(null as varchar), cast(null as varchar),
        case event_type
            when 'CONNECT' then 'answered' when 'ABANDON' then 'abandoned' when 'EXITWITHTIMEOUT' then 'timeout'
            when 'EXITWITHKEY' then 'key' when 'EXITEMPTY' then 'empty'
        end,
        'queue', call_id, _key, _row_hash
    from inbound
    where event_type in ('CONNECT', 'ABANDON', 'EXITWITHTIMEOUT', 'EXITWITHKEY', 'EXITEMPTY')
    union all
    select
        _version, happened_at, 3, cast(null as varchar), cast(null as varchar),
        case when event_type = 'BRIDGE_ENTER' then 'answered' else 'hangup' end, application, call_id, _key, _row_hash
    from inbound
    where log = 'cel' and event_type in ('BRIDGE_ENTER', 'HANGUP', 'LINKEDID_END')
),

followed as (
    select
        *,
        lead(happened_at) over (partition by _version order by happened_at, rank, _key) as exited_at,
        lead(ended_by) over (partition by _version order by happened_at, rank, _key) as next_by
    from marks
),

calls as (
    select
        _version, _connection, _parent_key, _is_deleted, _bound, _pulled_at, _pull_id, max(_order) as _order
    from events
    group by _version, _connection, _parent_key, _is_deleted, _bound, _pulled_at, _pull_id
),

steps as (
    select
        followed.call_id,
        followed.node_type,
        followed.label,
        followed.happened_at as entered_at,
        followed.exited_at,
        case
            when followed.node_type = 'hangup' then followed.label
            when followed.node_type = 'menu_key' then 'key'
            when followed.node_type = 'ring_group' and followed.next_by = 'next' then 'no_answer'
            when followed.node_type = 'ring_group' and followed.next_by = 'hangup'
                then case when followed.application = 'queue' then 'abandoned' else 'no_answer' end
            when followed.next_by = 'next' then 'done'
            else followed.next_by
        end as exit_reason,
        followed.rank,
        followed._key,
        followed._row_hash,
        calls._parent_key, calls._order, calls._version, calls._connection, calls._is_deleted, calls._bound,
        calls._pulled_at, calls._pull_id
    from followed
    inner join calls on followed._version = calls._version
    where followed.node_type is not null
)

select * from steps
