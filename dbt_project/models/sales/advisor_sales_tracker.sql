{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set row = [
    'site_key', 'period_grain', 'period_start', 'period_end', 'advisor_key', 'ro_key', 'ro_number', 'time_card_key',
    'business_date'
] -%}
{% set measures = tieout.tracker_sums() + tieout.tracker_totals() + tieout.tracker_distincts() + ['formula_family'] -%}
with days as (
    {{ tieout.reported_days() }}
),

sold as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        sales.advisor_key,
        sales.ro_key,
        sales.ro_number,
        sales.business_date,
        {{ tieout.tracker_measures('sales') }}
    from {{ ref('tracker_ro') }} as sales
    inner join days on sales.site_key = days.site_key and sales.business_date = days.business_date
),

clocked as (
    {{ tieout.clocked('advisor_key', 'advisor') }}
),

behind as (
    {{ tieout.stacked(row + measures, {
        'sold': row | reject('eq', 'time_card_key') | list
            + measures | reject('in', ['time_hours', 'cards']) | list,
        'clocked': row | reject('in', ['ro_key', 'ro_number']) | list + ['time_hours', 'cards']
    }) }}
),

rolled as (
    {{ tieout.tracker_rolled(keys=['advisor_key']) }}
),

work as (
    {{ tieout.work_days() }}
),

active as (
    {{ tieout.active_days() }}
),

final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        rolled.advisor_key,
        advisors.name as advisor,
        {{ tieout.tracker_figures(
            "case when options.worked_days_basis = 'time_card' and rolled.row_type = 'detail' then active.active_days"
            ~ ' else work.worked_days end'
        ) }}
    from rolled
    inner join work
        on rolled.site_key = work.site_key
        and rolled.period_grain = work.period_grain
        and rolled.period_start = work.period_start
        and rolled.period_end = work.period_end
    left join active
        on rolled.site_key = active.site_key
        and rolled.period_grain = active.period_grain
        and rolled.period_start = active.period_start
        and rolled.period_end = active.period_end
        and rolled.advisor_key = active.advisor_key
    left join {{ tieout.site_options({'worked_days_basis': 'varchar'}) }} as options
        on rolled.site_key = options.site_key
    left join {{ ref('dim_employee') }} as advisors on rolled.advisor_key = advisors.employee_key
)

select * from final
