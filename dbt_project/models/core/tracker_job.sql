{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Tires, oil changes and inspections of each job: a job is one oil change however many lines it has, and what is taken
-- back takes it back.
with lines as (
    select
        ro_key,
        {{ tieout.line_job() }} as job,
        case when category = 'TIRE' and sales_class in ('part', 'labor') then extended_net else 0 end as tire_sales,
        case when category = 'TIRE' and sales_class in ('part', 'labor') then coalesce(cost, 0) else 0 end as tire_cost,
        {{ tieout.tire_units() }} as tire_units,
        case when category = 'LOF' and line_type = 'labor' then {{ tieout.line_direction() }} else 0 end as lof,
        case when category = 'INSPECTION' then {{ tieout.line_direction() }} else 0 end as inspections
    from {{ ref('fct_ro_line') }}
    where category in ('TIRE', 'LOF', 'INSPECTION')
),

final as (
    select
        ro_key,
        job,
        {{ tieout.money('sum(tire_sales)') }} as tire_sales,
        {{ tieout.money('sum(tire_cost)') }} as tire_cost,
        cast(sum(tire_units) as decimal(12, 2)) as tire_units,
        cast(sign(sum(lof)) as integer) as lof,
        cast(sign(sum(inspections)) as integer) as inspections
    from lines
    group by ro_key, job
)

select * from final
