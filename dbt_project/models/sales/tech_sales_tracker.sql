{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set row = ['site_key', 'period_grain', 'period_start', 'period_end', 'tech_key', 'business_date'] -%}
{% set order = ['ro_key', 'ro_number'] -%}
{% set sums = [
    'hours_billed_alloc', 'worked', 'labor_sales_alloc', 'parts_sales', 'sublet_alloc', 'gross_sales', 'gp',
    'tire_sales', 'tire_units', 'lof', 'inspections', 'tech_quote', 'time_hours', 'cards'
] -%}
{% set distincts = ['ro_count', 'jobs', 'comebacks', 'quoting_ros'] -%}
{% set worked = ['formula_family'] + sums | reject('in', ['tech_quote', 'time_hours', 'cards']) | list
    + ['hours_actual', 'ro_count', 'jobs', 'quoting_ros'] -%}
{#- who has worked and whose hours nobody has written down has no hours, not 0 -#}
{% set hours_actual = 'case when rolled.worked = 0 then 0 else rolled.hours_actual end' %}
with days as (
    {{ tieout.reported_days() }}
),

orders as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        sales.business_date,
        sales.ro_key,
        sales.ro_number,
        sales.close_business_date,
        sales.golden_vehicle_key,
        sales.counted_ro_key,
        sales.formula_family,
        sales.gross_sales - sales.parts_sales - sales.labor_sales - sales.sublet_sales as sales_of_no_job,
        sales.total_ex_tax - sales.parts_sales - sales.labor_sales - sales.sublet_sales as gp_of_no_job
    from {{ ref('ro_sale') }} as sales
    inner join days on sales.site_key = days.site_key and sales.business_date = days.business_date
),

-- supplies, fees and the like are the order's, not a technician's
unallocated as (
    select
        site_key,
        period_grain,
        period_start,
        period_end,
        cast(-2 as bigint) as tech_key,
        business_date,
        ro_key,
        ro_number,
        formula_family,
        sales_of_no_job as gross_sales,
        gp_of_no_job as gp
    from orders
    where gp_of_no_job <> 0
),

worked as (
    select
        orders.site_key,
        orders.period_grain,
        orders.period_start,
        orders.period_end,
        coalesce(work.tech_key, -1) as tech_key,
        orders.business_date,
        orders.ro_key,
        orders.ro_number,
        orders.formula_family,
        work.hours_billed_alloc,
        work.labor_sales_alloc,
        work.parts_sales,
        work.sublet_sales as sublet_alloc,
        work.labor_sales_alloc + work.parts_sales + work.sublet_sales as gross_sales,
        work.labor_sales_alloc - work.labor_cost + work.parts_sales - work.parts_cost
        + work.sublet_sales - work.sublet_cost as gp,
        work.tire_labor + work.tire_parts as tire_sales,
        work.tire_units,
        work.lof,
        work.inspections,
        work.hours_actual,
        case when work.has_labor then 1 end as worked,
        case when work.has_labor or coalesce(work.tech_key, -1) = -1 then orders.counted_ro_key end as ro_count,
        case when work.has_labor and work.job like 'job %' then cast(orders.ro_key as varchar) || ' ' || work.job end
            as jobs,
        case
            when lacks.site_key is null and (work.has_labor or coalesce(work.tech_key, -1) = -1)
                then orders.counted_ro_key
        end as quoting_ros
    from orders
    left join {{ ref('ro_job_tech') }} as work on orders.ro_key = work.ro_key
    left join {{ ref('site_lack') }} as lacks on orders.site_key = lacks.site_key and lacks.lack = 'quotes'
),

quoted as (
    select
        orders.site_key,
        orders.period_grain,
        orders.period_start,
        orders.period_end,
        {{ tieout.person('persons', 'jobs.tech_key') }} as tech_key,
        orders.business_date,
        orders.ro_key,
        orders.ro_number,
        jobs.presented_parts + jobs.presented_labor + jobs.presented_sublet as tech_quote
    from orders
    inner join {{ ref('fct_ro_job') }} as jobs on orders.ro_key = jobs.ro_key
    {{ tieout.people('persons', 'jobs.tech_key') }}
),

labor as (
    select
        lines.ro_line_key,
        lines.op_code,
        sales.ro_key,
        sales.golden_vehicle_key,
        sales.close_business_date
    from {{ ref('fct_ro_line') }} as lines
    inner join {{ ref('ro_sale') }} as sales on lines.ro_key = sales.ro_key
    where lines.line_type = 'labor' and lines.op_code is not null and sales.golden_vehicle_key <> -1
),

-- the same work on the same car within 30 days
again as (
    select distinct later.ro_line_key, later.ro_key
    from labor as later
    inner join labor as earlier
        on later.golden_vehicle_key = earlier.golden_vehicle_key
        and later.op_code = earlier.op_code
        and later.close_business_date > earlier.close_business_date
        and later.close_business_date <= earlier.close_business_date + 30
),

returned as (
    select
        orders.site_key,
        orders.period_grain,
        orders.period_start,
        orders.period_end,
        {{ tieout.person('persons', 'shares.tech_key') }} as tech_key,
        orders.business_date,
        orders.ro_key,
        orders.ro_number,
        orders.ro_key as comebacks
    from orders
    inner join again on orders.ro_key = again.ro_key
    inner join {{ ref('fct_ro_line_tech') }} as shares on again.ro_line_key = shares.ro_line_key
    {{ tieout.people('persons', 'shares.tech_key') }}
),

clocked as (
    {{ tieout.clocked('tech_key', 'technician') }}
),

behind as (
    {{ tieout.stacked(row + order + ['time_card_key', 'formula_family'] + sums + ['hours_actual'] + distincts, {
        'worked': row + order + worked,
        'unallocated': row + order + ['formula_family', 'gross_sales', 'gp'],
        'quoted': row + order + ['tech_quote'],
        'returned': row + order + ['comebacks'],
        'clocked': row + ['time_card_key', 'time_hours', 'cards']
    }) }}
),

rolled as (
    {{ tieout.rolled(
        keys=['tech_key'], sums=sums, totals=['hours_actual'], distincts=distincts, columns=['formula_family'],
        aggregates=tieout.families(), lacks={'quote': 'quotes', 'clock': 'timeclock'}
    ) }}
),

final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        rolled.tech_key,
        case when rolled.tech_key = -2 then 'Not allocated' else technicians.name end as tech,
        {{ tieout.family_columns('rolled') }},
        {{ tieout.count_of('rolled.ro_count') }} as ro_count,
        {{ tieout.count_of('rolled.jobs') }} as jobs,
        {{ tieout.hours('rolled.hours_billed_alloc') }} as hours_billed_alloc,
        {{ tieout.hours(hours_actual) }} as hours_actual,
        {{ tieout.unless_lacking('clock', tieout.hours('rolled.time_hours')) }} as clocked_hours,
        {% for column in ['labor_sales_alloc', 'parts_sales', 'sublet_alloc', 'gross_sales', 'gp'] -%}
        {{ tieout.money('rolled.' ~ column) }} as {{ column }},
        {% endfor -%}
        {{ tieout.per('rolled.labor_sales_alloc', 'rolled.hours_billed_alloc') }} as elr,
        {{ tieout.per('rolled.gross_sales', 'rolled.hours_billed_alloc') }} as gs_per_hr,
        {{ tieout.per('rolled.gp', 'rolled.hours_billed_alloc') }} as gp_per_hr,
        {{ tieout.per('rolled.hours_billed_alloc', 'rolled.ro_count') }} as hours_per_ro,
        {{ tieout.div('rolled.hours_billed_alloc', hours_actual) }} as efficiency,
        {{ tieout.unless_lacking('clock', tieout.div(hours_actual, 'rolled.time_hours')) }} as productivity,
        {{ tieout.unless_lacking('clock', tieout.div('rolled.hours_billed_alloc', 'rolled.time_hours')) }}
            as proficiency,
        {{ tieout.money(tieout.unless_lacking('quote', 'rolled.tech_quote')) }} as tech_quote,
        {{ tieout.unless_lacking('quote', tieout.per('rolled.tech_quote', 'rolled.quoting_ros')) }} as avg_tech_quote,
        {{ tieout.null_reason('quote', 'no_quote_source') }} as null_reason,
        {{ tieout.count_of('rolled.quote_missing') }} as sites_missing,
        {{ tieout.money('rolled.tire_sales') }} as tire_sales,
        cast(rolled.tire_units as decimal(12, 2)) as tire_units,
        {{ tieout.count_of('rolled.lof') }} as lof,
        {{ tieout.count_of('rolled.inspections') }} as inspections,
        {{ tieout.count_of('rolled.comebacks') }} as comebacks,
        {{ tieout.unless_lacking('clock', tieout.hours('rolled.time_hours')) }} as time_hours,
        {{ tieout.unless_lacking('clock', tieout.count_of('rolled.cards')) }} as cards,
        {{ tieout.null_reason('clock', 'no_time_clock') }} as time_null_reason,
        {{ tieout.count_of('rolled.clock_missing') }} as time_sites_missing
    from rolled
    left join {{ ref('dim_employee') }} as technicians on rolled.tech_key = technicians.employee_key
)

select * from final
