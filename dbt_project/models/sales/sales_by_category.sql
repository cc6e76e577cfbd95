{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set period = ['period_grain', 'period_start', 'period_end'] -%}
with days as (
    {{ tieout.reported_days() }}
),

orders as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        sales.advisor_key,
        sales.ro_key,
        sales.ro_number,
        sales.business_date,
        sales.counted_ro_key as ros,
        sales.parts_sales + sales.labor_sales + sales.sublet_sales as line_sales,
        sales.grand_total - sales.parts_sales - sales.labor_sales - sales.sublet_sales as other
    from {{ ref('ro_sale') }} as sales
    inner join days on sales.site_key = days.site_key and sales.business_date = days.business_date
),

behind as (
    select
        orders.site_key,
        orders.period_grain,
        orders.period_start,
        orders.period_end,
        orders.advisor_key,
        coalesce(lines.category, case when lines.job_id is null then 'Not Assigned' else 'Not Found' end) as category,
        orders.ro_key,
        orders.ro_number,
        orders.business_date,
        lines.ro_line_key,
        lines.description,
        cast(orders.ro_key as varchar) || ' ' || case
            when lines.job_id is null then null
            when options.count_jobs_by_category
                then coalesce(lines.category, 'Not Found')
            else lines.job_id
        end as jobs,
        case
            when lines.line_type <> 'part' then 0
            when lines.is_return then -abs(lines.quantity)
            else lines.quantity
        end as units,
        case when lines.sales_class = 'part' then lines.extended_net else 0 end as parts_sales,
        case when lines.sales_class = 'labor' then lines.extended_net else 0 end as labor_sales,
        case when lines.sales_class = 'sublet' then lines.extended_net else 0 end as sublet_sales,
        lines.extended_net as category_sales,
        lines.cost,
        lines.extended_net - coalesce(lines.cost, 0) as gp,
        lines.hours_billed as hours,
        orders.ros as ros_with_category
    from orders
    inner join {{ ref('fct_ro_line') }} as lines on orders.ro_key = lines.ro_key
    inner join {{ tieout.site_options({'count_jobs_by_category': 'boolean'}) }} as options
        on orders.site_key = options.site_key
    where lines.sales_class in ('part', 'labor', 'sublet')
),

rolled as (
    {{ tieout.rolled(
        keys=['advisor_key', 'category'],
        sums=['units', 'parts_sales', 'labor_sales', 'sublet_sales', 'category_sales', 'cost', 'gp', 'hours'],
        distincts=['jobs', 'ros_with_category']
    ) }}
),

advisors as (
    {{ tieout.rolled(keys=['advisor_key'], sums=['line_sales', 'other'], distincts=['ros'], behind='orders') }}
),

final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        rolled.advisor_key,
        persons.name as advisor,
        rolled.category,
        {{ tieout.count_of('rolled.jobs') }} as jobs,
        cast(rolled.units as decimal(12, 2)) as units,
        {% for column in ['parts_sales', 'labor_sales', 'sublet_sales', 'category_sales', 'cost', 'gp'] -%}
        {{ tieout.money('rolled.' ~ column) }} as {{ column }},
        {% endfor -%}
        {{ tieout.ratio('rolled.gp', 'rolled.category_sales') }} as gp_pct,
        {{ tieout.hours('rolled.hours') }} as hours,
        {{ tieout.count_of('rolled.ros_with_category') }} as ros_with_category,
        {{ tieout.ratio('rolled.ros_with_category', 'advisors.ros') }} as penetration,
        {{ tieout.ratio('rolled.category_sales', 'advisors.line_sales') }} as share_of_sales,
        {{ tieout.per('advisors.other * rolled.category_sales', 'advisors.line_sales') }} as other_allocated
    from rolled
    inner join advisors
        on rolled.site_key = advisors.site_key
        {%- for column in period %}
        and rolled.{{ column }} = advisors.{{ column }}
        {%- endfor %}
        and rolled.row_type = advisors.row_type
        and coalesce(rolled.advisor_key, -2) = coalesce(advisors.advisor_key, -2)
    left join {{ ref('dim_employee') }} as persons on rolled.advisor_key = persons.employee_key
)

select * from final
