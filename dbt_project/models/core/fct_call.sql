{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'incoming_call'}
) }}

-- depends_on: {{ ref('incoming_call') }}
-- depends_on: {{ ref('int_call') }}
-- depends_on: {{ ref('touched_call_before') }}
with newest as (
    select * from {{ ref('int_call_current') }}
),

calls as (
    {% if is_incremental() %}
    select {{ tieout.call_columns() | join(', ') }} from newest
    where (call_key, version) in (select call_key, version from {{ ref('incoming_call') }})
    union all
    -- a number changed hands: the calls to it are placed again
    select {{ tieout.call_columns() | join(', ') }} from {{ this }}
    where (call_key, version) in (select call_key, version from {{ ref('incoming_call') }})
    and call_key not in (select call_key from {{ ref('int_call') }})
    {% else %}
    select {{ tieout.call_columns() | join(', ') }} from newest
    {% endif %}
),

-- an inbound call belongs to the site of the number that was called, whoever answered it
placed as (
    select
        calls.*,
        coalesce(case when calls.direction = 'in' then numbers.site_key end, calls.origin_site_key) as site_key,
        case when calls.direction = 'in' then numbers.phone_number_key end as phone_number_key
    from calls
    left join {{ ref('dim_phone_number') }} as numbers
        on calls.to_did = numbers.number
        and cast(calls.start_ts as date) between numbers.valid_from and numbers.valid_to
        and not numbers.is_deleted_at_source
),

timed as (
    select
        placed.*,
        {{ tieout.business_date('placed.start_ts', 'zone.offset_minutes', 'sites.day_cutoff_minutes') }}
            as start_business_date,
        cast(extract(hour from {{ tieout.local_time('placed.start_ts', 'zone.offset_minutes') }}) as integer)
            as start_local_hour
    from placed
    left join {{ ref('int_site') }} as sites on placed.site_key = sites.site_key
    left join {{ source('config', 'utc_offset') }} as zone
        on sites.iana_tz = zone.iana_tz
        and {{ tieout.half_hour('placed.start_ts') }} = zone.half_hour
),

final as (
    select
        {% for column in tieout.call_columns() -%}
        {{ column }},
        {% endfor -%}
        site_key,
        phone_number_key,
        start_business_date,
        start_local_hour,
        {{ tieout.seconds_between('start_ts', 'coalesce(answer_ts, end_ts)') }} as ring_s,
        case
            when status = 'answered' and answer_ts is not null then {{ tieout.seconds_between('answer_ts', 'end_ts') }}
            else 0
        end as talk_s
    from timed
)

select * from final
