-- The children of a call: whom its script dialed. A child that goes on for a second party was handed the caller.
with callers as (
    select _version, from_address from {{ ref('stg_twilio__call') }}
    where resource = 'call' and parent_call_sid is null
),

children as (
    select
        resources.*,
        resources.sid as device,
        resources.created_at as started_at,
        case when resources.status = 'completed' then resources.connected_at end as answered_at,
        coalesce(
            {{ tieout.address_name('resources.to_address') }}, {{ tieout.address_name('callers.from_address') }}
        ) as extension
    from {{ ref('stg_twilio__call') }} as resources
    left join callers on resources._version = callers._version
    where resources.resource = 'call' and resources.parent_call_sid is not null
    and resources.status not in ('queued', 'ringing', 'in-progress')
),

handed_on as (
    {{ tieout.handed_on('children') }}
),

legs as (
    select
        children.call_id,
        children.sid as leg_id,
        children.extension,
        cast(null as varchar) as employee_id,
        children.started_at,
        children.answered_at,
        coalesce(children.ended_at, children.connected_at, children.created_at) as ended_at,
        case
            when children.answered_at is not null and handed_on.from_device is not null then 'transferred'
            when children.answered_at is not null then 'answered'
            when children.status = 'busy' then 'busy'
            when children.status = 'failed' then 'failed'
            else 'no_answer'
        end as result,
        before_it.extension as transfer_from,
        children._connection, children._key, children._parent_key, children._order, children._version,
        children._row_hash, children._is_deleted, children._bound, children._pulled_at, children._pull_id,
        children._parent_key as document_key
    from children
    left join handed_on
        on children._version = handed_on._version
        and children.device = handed_on.device
        and handed_on.place = 1
    left join children as before_it
        on handed_on._version = before_it._version
        and handed_on.from_device = before_it.device
)

select * from legs
