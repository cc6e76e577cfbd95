-- Who had the call, record by record. A group or receptionist that nobody left for is no leg.
with parts as (
    select
        *,
        row_number() over (partition by _version order by started_at, ended_at, row_id) as place,
        lag(final_extension) over (partition by _version order by started_at, ended_at, row_id) as before_it
    from {{ ref('stg_threecx__record') }}
),

legs as (
    select
        call_id,
        cast(place as varchar) as leg_id,
        case when to_type = 'ExternalLine' then src_extension else final_extension end as extension,
        cast(null as varchar) as employee_id,
        started_at,
        answered_at,
        ended_at,
        case
            when answered_at is not null and place > 1 then 'transferred'
            when answered_at is not null then 'answered'
            when lower(reason_terminated) like '%busy%' then 'busy'
            when lower(reason_terminated) like '%fail%' then 'failed'
            else 'no_answer'
        end as result,
        case when place > 1 then before_it end as transfer_from,
        _connection,
        {{ tieout.source_key(['_connection', 'call_id', 'place']) }} as _key,
        _parent_key, _order, _version, _row_hash, _is_deleted, _bound, _pulled_at, _pull_id,
        _parent_key as document_key
    from parts
    where final_type in ('Extension', 'ExternalLine')
)

select * from legs
