{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Who did what of each job (REPORTS 3E.7). Labor is split already; each line of parts and sublet follows the hours that
-- each technician billed on its job, cents by the largest remainder, so that technicians always add up to the order.
{% set amounts = ['net', 'cost'] -%}
with labor as (
    select
        shares.ro_key,
        {{ tieout.line_job('lines.') }} as job,
        {{ tieout.person('persons', 'shares.tech_key') }} as tech_key,
        sum(shares.hours_billed_alloc) as hours_billed_alloc,
        sum(shares.hours_actual) as hours_actual,
        sum(shares.labor_sales_alloc) as labor_sales_alloc,
        sum(shares.labor_cost_alloc) as labor_cost,
        sum(case when lines.category = 'TIRE' then shares.labor_sales_alloc else 0 end) as tire_labor
    from {{ ref('fct_ro_line_tech') }} as shares
    inner join {{ ref('fct_ro_line') }} as lines on shares.ro_line_key = lines.ro_line_key
    {{ tieout.people('persons', 'shares.tech_key') }}
    group by shares.ro_key, {{ tieout.line_job('lines.') }}, {{ tieout.person('persons', 'shares.tech_key') }}
),

sold as (
    select
        ro_key,
        {{ tieout.line_job() }} as job,
        ro_line_key,
        sales_class,
        coalesce(category = 'TIRE', false) as is_tire,
        case when sales_class in ('part', 'sublet') then extended_net else 0 end as net,
        case when sales_class in ('part', 'sublet') then coalesce(cost, 0) else 0 end as cost
    from {{ ref('fct_ro_line') }}
    where sales_class in ('part', 'sublet') or category = 'INSPECTION'
),

-- what no technician worked on is nobody's
done as (
    select * from labor
    union all
    select sold.ro_key, sold.job, cast(-1 as bigint), null, null, null, null, null
    from sold
    left join labor on sold.ro_key = labor.ro_key and sold.job = labor.job
    where labor.ro_key is null
    group by sold.ro_key, sold.job
),

billed as (
    select
        done.*,
        coalesce(technicians.source_entity_id, '') as technician_id,
        sum(abs(coalesce(done.hours_billed_alloc, 0))) over (partition by done.ro_key, done.job) as job_hours
    from done
    left join {{ ref('dim_employee') }} as technicians on done.tech_key = technicians.employee_key
),

weighted as (
    select
        *,
        case when job_hours = 0 then 1 else cast(abs(hours_billed_alloc) * 10000 as bigint) end as weight
    from billed
),

techs as (
    select
        *,
        cast(sum(weight) over (partition by ro_key, job) as bigint) as total_weight,
        row_number() over (partition by ro_key, job order by weight desc, technician_id asc) as place
    from weighted
),

whole as (
    select
        sold.*,
        techs.tech_key,
        techs.technician_id
        {%- for amount in amounts %},
        {{ tieout.whole_share('cast(abs(sold.' ~ amount ~ ') * 100 as bigint)', 'techs.weight', 'techs.total_weight') }}
            as {{ amount }}_whole,
        {{ tieout.share_remainder(
            'cast(abs(sold.' ~ amount ~ ') * 100 as bigint)', 'techs.weight', 'techs.total_weight'
        ) }} as {{ amount }}_rest
        {%- endfor %}
    from sold
    inner join techs on sold.ro_key = techs.ro_key and sold.job = techs.job
),

ranked as (
    select
        *
        {%- for amount in amounts %},
        cast(abs({{ amount }}) * 100 as bigint) - sum({{ amount }}_whole) over (partition by ro_line_key)
            as {{ amount }}_left,
        row_number() over (partition by ro_line_key order by {{ amount }}_rest desc, technician_id asc)
            as {{ amount }}_place
        {%- endfor %}
    from whole
),

shared as (
    select
        ro_key,
        job,
        tech_key,
        sales_class,
        is_tire
        {%- for amount in amounts %},
        sign({{ amount }}) * ({{ amount }}_whole + case when {{ amount }}_place <= {{ amount }}_left then 1 else 0 end)
        * 0.01 as {{ amount }}
        {%- endfor %}
    from ranked
),

goods as (
    select
        ro_key,
        job,
        tech_key,
        sum(case when sales_class = 'part' then net else 0 end) as parts_sales,
        sum(case when sales_class = 'part' then cost else 0 end) as parts_cost,
        sum(case when sales_class = 'sublet' then net else 0 end) as sublet_sales,
        sum(case when sales_class = 'sublet' then cost else 0 end) as sublet_cost,
        sum(case when sales_class = 'part' and is_tire then net else 0 end) as tire_parts
    from shared
    group by ro_key, job, tech_key
),

final as (
    select
        techs.ro_key,
        techs.job,
        techs.tech_key,
        techs.labor_sales_alloc is not null as has_labor,
        {{ tieout.hours('coalesce(techs.hours_billed_alloc, 0)') }} as hours_billed_alloc,
        {{ tieout.hours('techs.hours_actual') }} as hours_actual
        {%- for column in ['labor_sales_alloc', 'labor_cost', 'tire_labor'] %},
        {{ tieout.money('coalesce(techs.' ~ column ~ ', 0)') }} as {{ column }}
        {%- endfor %}
        {%- for column in ['parts_sales', 'parts_cost', 'sublet_sales', 'sublet_cost', 'tire_parts'] %},
        {{ tieout.money('coalesce(goods.' ~ column ~ ', 0)') }} as {{ column }}
        {%- endfor %},
        case when techs.place = 1 then coalesce(counted.tire_units, 0) else 0 end as tire_units,
        case when techs.place = 1 then coalesce(counted.lof, 0) else 0 end as lof,
        case when techs.place = 1 then coalesce(counted.inspections, 0) else 0 end as inspections
    from techs
    left join goods on techs.ro_key = goods.ro_key and techs.job = goods.job and techs.tech_key = goods.tech_key
    left join {{ ref('tracker_job') }} as counted on techs.ro_key = counted.ro_key and techs.job = counted.job
)

select * from final
