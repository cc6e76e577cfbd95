{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set row = ['site_key', 'period_grain', 'period_start', 'period_end', 'ro_key', 'ro_number', 'business_date'] -%}
{% set events = ['opened', 'closed_events', 'voided', 'reopened'] -%}
{% set sales = ['closed', 'refund_ros', 'closed_ex_refunds', 'total_ex_tax', 'sales_ex_refunds'] -%}
{% set sums = ['opening_open'] + sales + events -%}
{% set distincts = ['customers', 'vehicles'] -%}
{% set numbers = ['ro_number_value', 'ro_number_rank'] -%}
{% set in_work = tieout.in_work() -%}
with days as (
    {{ tieout.reported_days() }}
),

transitions as (
    {{ tieout.ro_transitions() }}
),

moved as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        transitions.ro_key,
        transitions.ro_number,
        transitions.business_date,
        {{ tieout.ro_movements('transitions') }}
    from transitions
    inner join days on transitions.site_key = days.site_key and transitions.business_date = days.business_date
),

-- from the day on which an order comes into work until the day on which it leaves it
in_work as (
    select
        site_key,
        ro_key,
        ro_number,
        business_date as from_date,
        lead(business_date) over (partition by ro_key order by place) as to_date,
        to_status
    from transitions
),

periods as (
    select distinct site_key, period_grain, period_start, period_end from days
),

standing as (
    select
        periods.site_key,
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        in_work.ro_key,
        in_work.ro_number,
        in_work.from_date as business_date,
        1 as opening_open
    from periods
    inner join in_work
        on periods.site_key = in_work.site_key
        and in_work.to_status in {{ in_work }}
        and periods.period_start > in_work.from_date
        and periods.period_start <= coalesce(in_work.to_date, date '9999-12-31')
),

-- all numbers that a shop has used, whatever became of the order: the gaps between them are missing
numbered as (
    select
        ro_key,
        ro_number_value,
        dense_rank() over (partition by site_key order by ro_number_value) as ro_number_rank
    from (
        select
            ro_key,
            site_key,
            case
                when length(ro_number) between 1 and 18 and regexp_replace(ro_number, '[0-9]', '', 'g') = ''
                    then cast(regexp_replace('0' || ro_number, '[^0-9]', '', 'g') as bigint)
            end as ro_number_value
        from {{ ref('fct_repair_order') }}
    ) as known
    where ro_number_value is not null
),

sold as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        sales.ro_key,
        sales.ro_number,
        sales.business_date,
        case when sales.is_refund then 1 else 0 end as refund_ros,
        case when sales.is_refund then 0 else 1 end as closed_ex_refunds,
        sales.total_ex_tax,
        case when sales.is_refund then 0 else sales.total_ex_tax end as sales_ex_refunds,
        case when sales.counted_ro_key is not null then 1 else 0 end as closed,
        nullif(sales.golden_customer_key, -1) as customers,
        nullif(sales.golden_vehicle_key, -1) as vehicles,
        numbered.ro_number_value,
        numbered.ro_number_rank,
        case when numbered.ro_key is not null then sales.ro_number end as ro_number_counted,
        sales.ro_number as ro_number_sold
    from {{ ref('ro_sale') }} as sales
    inner join days on sales.site_key = days.site_key and sales.business_date = days.business_date
    left join numbered on sales.ro_key = numbered.ro_key
),

{% set sale_columns = sales + ['customers', 'vehicles'] + numbers
    + ['ro_number_counted', 'ro_number_sold'] -%}
behind as (
    {{ tieout.stacked(
        row + sums + distincts + numbers + ['ro_number_counted', 'ro_number_sold'],
        {'moved': row + events, 'standing': row + ['opening_open'], 'sold': row + sale_columns}
    ) }}
),

rolled as (
    {{ tieout.rolled(
        sums=sums, distincts=distincts, columns=numbers + ['ro_number_counted', 'ro_number_sold'],
        aggregates={
            'number_min': 'coalesce(' ~ tieout.first_of('ro_number_counted', 'ro_number_value') ~ ', min(ro_number_sold))',
            'number_max': 'coalesce(' ~ tieout.last_of('ro_number_counted', 'ro_number_value') ~ ', max(ro_number_sold))',
            'numbers_missing': 'max(ro_number_value) - min(ro_number_value) - max(ro_number_rank) + min(ro_number_rank)',
            'numbers_sold': 'count(ro_number_sold)',
        }
    ) }}
),

final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        {% for column in ['opening_open', 'opened', 'closed_events', 'closed', 'voided', 'reopened'] -%}
        {{ tieout.count_of('rolled.' ~ column) }} as {{ column }},
        {% endfor -%}
        {{ tieout.count_of(
            'rolled.opening_open + rolled.opened + rolled.reopened - rolled.closed_events - rolled.voided'
        ) }} as closing_open,
        {{ tieout.count_of('rolled.refund_ros') }} as refund_ros,
        {{ tieout.count_of('rolled.closed_ex_refunds') }} as closed_ex_refunds,
        {{ tieout.money('rolled.total_ex_tax') }} as total_ex_tax,
        {{ tieout.per('rolled.total_ex_tax', 'rolled.closed') }} as avg_ro,
        {{ tieout.per('rolled.sales_ex_refunds', 'rolled.closed_ex_refunds') }} as avg_ro_ex_refunds,
        {{ tieout.count_of('rolled.customers') }} as customers,
        {{ tieout.count_of('rolled.vehicles') }} as vehicles,
        case when rolled.site_key <> -2 then rolled.number_min end as ro_number_min,
        case when rolled.site_key <> -2 then rolled.number_max end as ro_number_max,
        {{ tieout.count_of(
            'case when rolled.site_key <> -2 then'
            ~ ' case when rolled.numbers_sold = 0 then 0 else rolled.numbers_missing end end'
        ) }} as missing_numbers
    from rolled
)

select * from final
