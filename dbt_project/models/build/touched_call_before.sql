{{ config(incremental_strategy='accumulated') }}

-- depends_on: {{ ref('calendar_span') }}
-- depends_on: {{ ref('incoming_call') }}
-- depends_on: {{ source('config', 'calendar') }}
-- The business days that the calls about to change stood on, and the days that the calendar gains.
{% if is_incremental() %}
with days as (
    select site_key, start_business_date as business_date
    from {{ tieout.stored('core', 'fct_call') }}
    where call_key in (select call_key from {{ ref('incoming_call') }})
    union
    select spans.site_key, calendar.business_date
    from {{ ref('calendar_span') }} as spans
    inner join {{ source('config', 'calendar') }} as calendar
        on calendar.business_date between spans.first_date and spans.last_date
    left join {{ tieout.stored('core', 'dim_site_day') }} as known
        on spans.site_key = known.site_key and calendar.business_date = known.business_date
    where known.site_key is null
)
{% else %}
with days as (
    select site_key, first_date as business_date from {{ ref('calendar_span') }} where false
)
{% endif %}

select * from days
