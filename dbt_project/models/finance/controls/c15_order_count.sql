{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- How many orders a shop closed in a day: as its own system prints it, as the warehouse has it, as the sales summary
-- reports it. A day within those that the system has printed, but without a print, lacks that side.
with printed as (
    select
        site_key,
        business_date,
        sum(value) as ro_count,
        cast({{ tieout.one_key('control_total_key') }} as varchar) as control_total_key
    from {{ ref('fct_source_control_total') }}
    where name = 'ro_count' and not is_deleted_at_source
    group by site_key, business_date
),

spans as (
    select site_key, min(business_date) as first_date, max(business_date) as last_date
    from printed
    group by site_key
),

closed as (
    select site_key, close_business_date as business_date, count(*) as ro_count
    from {{ ref('fct_repair_order') }}
    where is_sale
    group by site_key, close_business_date
),

days as (
    select
        coalesce(printed.site_key, closed.site_key) as site_key,
        coalesce(printed.business_date, closed.business_date) as business_date,
        printed.control_total_key,
        printed.ro_count as printed_count,
        coalesce(closed.ro_count, 0) as closed_count
    from printed
    full outer join closed on printed.site_key = closed.site_key and printed.business_date = closed.business_date
),

prints as (
    select
        {{ tieout.compared(
            site_key='days.site_key', business_date='days.business_date',
            drill_key="coalesce(days.control_total_key, '')", document="'line ro_count'", aspect="'printed'",
            expected='days.printed_count', actual='days.closed_count',
            said="'The shop system ' || coalesce('says that it closed ' || cast(cast(days.printed_count as integer) "
            ~ "as varchar), 'does not say how many it closed') || ' orders; ' || cast(days.closed_count as varchar) "
            ~ "|| ' have arrived.'"
        ) }}
    from days
    inner join spans on days.site_key = spans.site_key
    where days.business_date between spans.first_date and spans.last_date
),

reports as (
    select
        {{ tieout.compared(
            site_key='days.site_key', business_date='days.business_date', document="'the day'", aspect="'reported'",
            expected='days.closed_count', actual='reports_of.ro_count',
            said="'The sales summary counts ' || coalesce(cast(reports_of.ro_count as varchar), 'no') || ' orders of ' "
            ~ "|| cast(days.closed_count as varchar) || ' that were closed.'"
        ) }}
    from days
    left join {{ ref('sales_summary_wide') }} as reports_of
        on days.site_key = reports_of.site_key and days.business_date = reports_of.business_date
),

final as (
    select * from prints
    union all
    select * from reports
)

select * from final
