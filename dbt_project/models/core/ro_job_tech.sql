{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Who did what of each job (REPORTS 3E.7). Labor is split already; parts and sublet follow the hours that each
-- technician billed on the job, cents by the largest remainder, so that technicians always add up to the order.
{% set goods = ['parts_sales', 'parts_cost', 'sublet_sales', 'sublet_cost', 'tire_parts'] -%}
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
        sum(case when sales_class = 'part' then extended_net else 0 end) as parts_sales,
        sum(case when sales_class = 'part' then coalesce(cost, 0) else 0 end) as parts_cost,
        sum(case when sales_class = 'sublet' then extended_net else 0 end) as sublet_sales,
        sum(case when sales_class = 'sublet' then coalesce(cost, 0) else 0 end) as sublet_cost,
        sum(case when sales_class = 'part' and category = 'TIRE' then extended_net else 0 end) as tire_parts
    from {{ ref('fct_ro_line') }}
    where sales_class in ('part', 'sublet') or category = 'INSPECTION'
    group by ro_key, {{ tieout.line_job() }}
),

-- what no technician worked on is nobody's
done as (
    select
        coalesce(labor.ro_key, sold.ro_key) as ro_key,
        coalesce(labor.job, sold.job) as job,
        coalesce(labor.tech_key, -1) as tech_key,
        labor.ro_key is not null as has_labor,
        coalesce(labor.hours_billed_alloc, 0) as hours_billed_alloc,
        labor.hours_actual,
        coalesce(labor.labor_sales_alloc, 0) as labor_sales_alloc,
        coalesce(labor.labor_cost, 0) as labor_cost,
        coalesce(labor.tire_labor, 0) as tire_labor
        {%- for column in goods %},
        coalesce(sold.{{ column }}, 0) as {{ column }}
        {%- endfor %}
    from labor
    full join sold on labor.ro_key = sold.ro_key and labor.job = sold.job
),

billed as (
    select
        done.*,
        coalesce(technicians.source_entity_id, '') as technician_id,
        sum(abs(done.hours_billed_alloc)) over (partition by done.ro_key, done.job) as job_hours
    from done
    left join {{ ref('dim_employee') }} as technicians on done.tech_key = technicians.employee_key
),

weighted as (
    select
        *,
        case when job_hours = 0 then 1 else cast(abs(hours_billed_alloc) * 10000 as bigint) end as weight
    from billed
),

totalled as (
    select
        *,
        cast(sum(weight) over (partition by ro_key, job) as bigint) as total_weight,
        row_number() over (partition by ro_key, job order by weight desc, technician_id asc) as place
    from weighted
),

whole as (
    select
        *
        {%- for column in goods %},
        {{ tieout.whole_share('cast(abs(' ~ column ~ ') * 100 as bigint)', 'weight', 'total_weight') }}
            as {{ column }}_whole,
        {{ tieout.share_remainder('cast(abs(' ~ column ~ ') * 100 as bigint)', 'weight', 'total_weight') }}
            as {{ column }}_rest
        {%- endfor %}
    from totalled
),

ranked as (
    select
        *
        {%- for column in goods %},
        cast(abs({{ column }}) * 100 as bigint) - sum({{ column }}_whole) over (partition by ro_key, job)
            as {{ column }}_left,
        row_number() over (partition by ro_key, job order by {{ column }}_rest desc, technician_id asc)
            as {{ column }}_place
        {%- endfor %}
    from whole
),

final as (
    select
        ranked.ro_key,
        ranked.job,
        ranked.tech_key,
        ranked.has_labor,
        {{ tieout.hours('ranked.hours_billed_alloc') }} as hours_billed_alloc,
        {{ tieout.hours('ranked.hours_actual') }} as hours_actual,
        {{ tieout.money('ranked.labor_sales_alloc') }} as labor_sales_alloc,
        {{ tieout.money('ranked.labor_cost') }} as labor_cost,
        {{ tieout.money('ranked.tire_labor') }} as tire_labor
        {%- for column in goods %},
        {{ tieout.money(
            'sign(ranked.' ~ column ~ ') * (ranked.' ~ column ~ '_whole + case when ranked.' ~ column
            ~ '_place <= ranked.' ~ column ~ '_left then 1 else 0 end) * 0.01'
        ) }} as {{ column }}
        {%- endfor %},
        case when ranked.place = 1 then coalesce(counted.tire_units, 0) else 0 end as tire_units,
        case when ranked.place = 1 then coalesce(counted.lof, 0) else 0 end as lof,
        case when ranked.place = 1 then coalesce(counted.inspections, 0) else 0 end as inspections
    from ranked
    left join {{ ref('tracker_job') }} as counted on ranked.ro_key = counted.ro_key and ranked.job = counted.job
)

select * from final
