{{ config(incremental_strategy='accumulated') }}

-- depends_on: {{ ref('calendar_span') }}
-- depends_on: {{ ref('incoming_call') }}
-- depends_on: {{ source('config', 'calendar') }}
-- The business days that the calls about to change stood on, and the days that the calendar gains or loses.
{% if is_incremental() %}
with days as (
    select site_key, start_business_date as business_date
    from {{ tieout.stored('core', 'fct_call') }}
    where call_key in (select call_key from {{ ref('incoming_call') }})
    union
    {{ tieout.calendar_changes() }}
)
{% else %}
with days as (
    select site_key, first_date as business_date from {{ ref('calendar_span') }} where false
)
{% endif %}

select * from days
