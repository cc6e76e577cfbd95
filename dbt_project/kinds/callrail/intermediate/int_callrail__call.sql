-- Calls of tracking numbers. How long a call rang is told nowhere: one that was answered was answered at once.
with source as (
    select * from {{ ref('stg_callrail__call') }}
    where not goes_on
),

calls as (
    select
        call_id,
        site_code as site,
        way as direction,
        case way when 'in' then customer_e164 else tracking_e164 end as from_number,
        case way when 'in' then tracking_e164 else customer_e164 end as to_number,
        started_at,
        case when answered then started_at end as answered_at,
        ended_at,
        case
            when answered then 'answered'
            when voicemail then 'voicemail'
            when call_type = 'abandoned' then 'abandoned'
            else 'missed'
        end as status,
        cast(null as varchar) as entry_point,
        cast(null as varchar) as extension,
        cast(null as varchar) as employee_id,
        cast(null as boolean) as is_spam,
        case when recording is not null then call_id end as recording_id,
        cast(null as timestamptz) as updated_at,
        {{ tieout.landed_columns() }},
        _key as document_key
    from source
)

select * from calls
