{{ config(incremental_strategy='accumulated') }}

-- depends_on: {{ ref('calendar_span') }}
-- depends_on: {{ ref('int_control_total') }}
-- depends_on: {{ ref('int_quarantine') }}
-- depends_on: {{ ref('touched_ro') }}
-- depends_on: {{ source('config', 'calendar') }}
-- The business days that what is about to change stood on, and the days that the calendar gains or loses.
{% if is_incremental() %}
with days as (
    select site_key, close_business_date as business_date
    from {{ tieout.stored('core', 'fct_repair_order') }}
    where close_business_date is not null and ro_key in (select tie_key from {{ ref('touched_ro') }})
    union
    select site_key, void_business_date as business_date
    from {{ tieout.stored('core', 'fct_repair_order') }}
    where void_business_date is not null and ro_key in (select tie_key from {{ ref('touched_ro') }})
    union
    select site_key, business_date
    from {{ tieout.stored('core', 'fct_tender') }}
    where business_date is not null and coalesce(ro_key, tender_key) in (select tie_key from {{ ref('touched_ro') }})
    union
    select site_key, business_date
    from {{ tieout.stored('core', 'fct_tender') }}
    where business_date is not null and applied_to_ro_key in (select tie_key from {{ ref('touched_ro') }})
    union
    {{ tieout.calendar_changes() }}
    union
    -- refused payments and the source's own totals are evidence of breaks: their days are judged again
    select site_key, business_date
    from (
        (
            select {{ tieout.refusal_columns() }} from {{ ref('int_quarantine') }}
            except
            select {{ tieout.refusal_columns() }} from {{ tieout.stored('core', 'quarantine') }}
        )
        union all
        (
            select {{ tieout.refusal_columns() }} from {{ tieout.stored('core', 'quarantine') }}
            except
            select {{ tieout.refusal_columns() }} from {{ ref('int_quarantine') }}
        )
    ) as refusals
    where business_date is not null and site_key is not null
    union
    select site_key, business_date from {{ ref('int_control_total') }}
)
{% else %}
with days as (
    select site_key, first_date as business_date from {{ ref('calendar_span') }} where false
)
{% endif %}

select * from days
