{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- An order is one call's work, and of one campaign under an attribution that is not `any`: by how many calls the
-- reports of first and of existing customers credit each order, on the day of the last of them; and by day the orders
-- that campaigns are credited with one by one against those that they are together.
with credits as (
    select calls.site_key, calls.start_business_date as business_date, orders.ro_key, orders.ro_number
    from {{ ref('inbound_call') }} as calls
    inner join {{ ref('opened_ro') }} as orders on calls.converted_ro_key = orders.ro_key
    union all
    select known.site_key, known.period_start, orders.ro_key, orders.ro_number
    from {{ ref('existing_call_conversion') }} as known
    inner join {{ ref('opened_ro') }} as orders
        on known.customer_key = orders.golden_customer_key and known.ro_no = orders.ro_number
    where known.period_grain = 'day' and known.row_type = 'detail' and known.ro_no is not null
),

credited as (
    select
        ro_key,
        ro_number,
        max(business_date) as business_date,
        {{ tieout.last_of('site_key', '(business_date, site_key)') }} as site_key,
        count(*) as calls
    from credits
    group by ro_key, ro_number
),

campaigns as (
    select
        site_key,
        period_start as business_date,
        sum(case when row_type = 'detail' then attributed_ros else 0 end) as apart,
        sum(case when row_type = 'subtotal' then attributed_ros else 0 end) as together
    from {{ ref('campaign_performance') }}
    where period_grain = 'day' and row_type in ('detail', 'subtotal')
    group by site_key, period_start
),

final as (
    select
        {{ tieout.compared(
            drill_key='ro_key', document="'RO ' || ro_number", aspect="'calls'", severity="'W'", expected='1',
            actual='calls', said="'RO ' || ro_number || ' is credited to ' || cast(calls as varchar) || ' calls.'"
        ) }}
    from credited
    union all
    select
        {{ tieout.compared(
            document="'the campaigns of the day'", aspect="'campaigns'", severity="'W'", expected='together',
            actual='apart',
            said="'Campaigns are credited with ' || cast(apart as varchar) || ' orders, of which there are '"
                ~ " || cast(together as varchar) || '.'"
        ) }}
    from campaigns
    where together is not null and {{ tieout.option('attribution_model', 'varchar') }} <> 'any'
)

select * from final
