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
    -- a number changed hands, or a shop its hours: such calls are placed again, by what the source said of them
    select
        {% for column in tieout.call_columns() -%}
        {% if column == 'entry_point' -%}
        case when entry_point_basis = 'source' then entry_point end as entry_point
        {%- else -%}
        {{ column }}
        {%- endif %}{{ ',' if not loop.last }}
        {% endfor -%}
    from {{ this }}
    where (call_key, version) in (select call_key, version from {{ ref('incoming_call') }})
    and call_key not in (select call_key from {{ ref('int_call') }})
    {% else %}
    select {{ tieout.call_columns() | join(', ') }} from newest
    {% endif %}
),

placed as (
    select
        calls.*,
        {{ tieout.call_site() }} as site_key,
        case when calls.direction = 'in' then numbers.phone_number_key end as phone_number_key
    from calls
    {{ tieout.called_numbers() }}
),

timed as (
    select
        placed.*,
        {{ tieout.local_time('placed.start_ts', 'zone.offset_minutes') }} as local_start,
        {{ tieout.business_date('placed.start_ts', 'zone.offset_minutes', 'sites.day_cutoff_minutes') }}
            as start_business_date
    from placed
    left join {{ ref('int_site') }} as sites on placed.site_key = sites.site_key
    left join {{ tieout.offsets_at('start_ts', 'placed') }} as zone
        on sites.iana_tz = zone.iana_tz
        and {{ tieout.half_hour('placed.start_ts') }} = zone.half_hour
),

days as (
    select distinct timed.site_key, timed.start_business_date as business_date, calendar.weekday
    from timed
    inner join {{ source('config', 'calendar') }} as calendar on timed.start_business_date = calendar.business_date
    where timed.direction = 'in' and timed.entry_point is null
),

hours as (
    {{ tieout.opening_hours('days') }}
),

-- where the telephone system does not say by which way a call came in, the shop's hours do
entered as (
    select
        timed.*,
        case
            when timed.direction <> 'in' or not hours.is_known then null
            when hours.is_holiday then 'holiday'
            when hours.open_time is null then 'closed'
            when cast(timed.local_start as time) between hours.open_time and hours.close_time
                and cast(timed.local_start as time) <> hours.close_time then 'open'
            else 'closed'
        end as entry_point_by_hours
    from timed
    left join hours
        on timed.site_key = hours.site_key
        and timed.start_business_date = hours.business_date
),

final as (
    select
        {% for column in tieout.call_columns() -%}
        {% if column == 'entry_point' -%}
        coalesce(entry_point, entry_point_by_hours) as entry_point,
        {% else -%}
        {{ column }},
        {% endif -%}
        {% endfor -%}
        case when entry_point is not null then 'source' when entry_point_by_hours is not null then 'hours' end
            as entry_point_basis,
        site_key,
        phone_number_key,
        start_business_date,
        cast(extract(hour from local_start) as integer) as start_local_hour,
        {{ tieout.seconds_between('start_ts', 'coalesce(answer_ts, end_ts)') }} as ring_s,
        case
            when status = 'answered' and answer_ts is not null then {{ tieout.seconds_between('answer_ts', 'end_ts') }}
            else 0
        end as talk_s
    from entered
)

select * from final
