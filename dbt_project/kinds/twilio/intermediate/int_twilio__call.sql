-- A parent with its children and recordings is one call, once it is over. Its script connects it and answers nobody:
-- it was answered when a child was.
with resources as (
    select * from {{ ref('stg_twilio__call') }}
),

whole as (
    select
        _version,
        max(case when parent_call_sid is not null then to_e164 end) as dialed_e164,
        max(case when parent_call_sid is not null then from_e164 end) as shown_e164,
        max(case when parent_call_sid is not null and status = 'canceled' then 1 else 0 end) as was_given_up,
        max(case when parent_call_sid is not null and to_e164 is null then to_address end) as dialed_address,
        max(case when recording_source = 'RecordVerb' then 1 else 0 end) as has_message,
        min(case when resource = 'recording' then sid end) as recording_id,
        max(updated_at) as updated_at,
        max(case when resource = 'call' then ended_at end) as ended_at,
        max(_order) as _order,
        cast(min(cast(_row_hash as varchar)) as uuid) as _row_hash
    from resources
    group by _version
),

legs as (
    select
        _version,
        count(*) as legs,
        min(answered_at) as answered_at,
        {{ tieout.first_of('extension', "coalesce(answered_at, timestamptz '9999-01-01 00:00:00+00')") }}
            as first_extension,
        sum(case when result = 'busy' then 1 else 0 end) as busy_legs,
        sum(case when result = 'failed' then 1 else 0 end) as failed_legs
    from {{ ref('int_twilio__call_leg') }}
    group by _version
),

directed as (
    select
        parents.*,
        whole.dialed_e164, whole.dialed_address, whole.shown_e164, whole.was_given_up, whole.has_message,
        whole.recording_id,
        whole.updated_at as call_updated_at, whole.ended_at as call_ended_at, whole._order as call_order,
        whole._row_hash as call_hash,
        legs.legs, legs.answered_at, legs.first_extension, legs.busy_legs, legs.failed_legs,
        case
            when parents.direction <> 'inbound' then 'out'
            when parents.from_address not like 'sip:%' and parents.from_address not like 'client:%' then 'in'
            when whole.dialed_e164 is not null then 'out'
            else 'internal'
        end as way
    from resources as parents
    inner join whole on parents._version = whole._version
    left join legs on parents._version = legs._version
    where parents.resource = 'call' and parents.parent_call_sid is null
    and parents.status not in ('queued', 'ringing', 'in-progress')
),

calls as (
    select
        call_id,
        site_code as site,
        way as direction,
        case
            when way = 'internal' then {{ tieout.address_name('from_address') }}
            when way = 'out' then coalesce(shown_e164, from_e164, {{ tieout.address_name('from_address') }})
            else from_e164
        end as from_number,
        case
            when way = 'internal' then {{ tieout.address_name('coalesce(dialed_address, to_address)') }}
            when way = 'out' then coalesce(dialed_e164, to_e164)
            else to_e164
        end as to_number,
        created_at as started_at,
        case
            when legs is null and direction = 'outbound-api' and status = 'completed' then connected_at
            else answered_at
        end as answered_at,
        coalesce(call_ended_at, connected_at, created_at) as ended_at,
        case
            when answered_at is not null then 'answered'
            when legs is null and direction = 'outbound-api' and status = 'completed' then 'answered'
            when has_message = 1 then 'voicemail'
            when coalesce(busy_legs = legs, status = 'busy') then 'busy'
            when coalesce(failed_legs = legs, status = 'failed') then 'failed'
            when way = 'in' and (legs is null or was_given_up = 1) then 'abandoned'
            else 'missed'
        end as status,
        cast(null as varchar) as entry_point,
        case
            when way = 'out' then {{ tieout.address_name('from_address') }}
            when way = 'internal' or answered_at is not null then first_extension
        end as extension,
        cast(null as varchar) as employee_id,
        cast(null as boolean) as is_spam,
        recording_id,
        call_updated_at as updated_at,
        _connection,
        _parent_key as _key,
        cast(null as uuid) as _parent_key,
        call_order as _order,
        _version,
        call_hash as _row_hash,
        _is_deleted, _bound, _pulled_at, _pull_id,
        _parent_key as document_key
    from directed
)

select * from calls
