{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with final as (
    select
        sales.site_key,
        sales.ro_key,
        lines.ro_line_key,
        sales.business_date as date,
        sales.ro_number,
        coalesce(customers.first_name, customers.company_name) as customer,
        vehicles.year as vehicle_year,
        vehicles.make as vehicle_make,
        vehicles.model as vehicle_model,
        lines.part_number as part_no,
        nullif(regexp_replace(upper(lines.part_number), '[^A-Z0-9]', '', 'g'), '') as part_no_norm,
        lines.description,
        lines.brand,
        coalesce(suppliers.name, lines.supplier_id, 'Unknown') as supplier,
        lines.category,
        lines.quantity as qty,
        lines.unit_price,
        {{ tieout.per('lines.cost', 'lines.quantity') }} as unit_cost,
        lines.extended_net,
        {{ tieout.ratio('(lines.extended_net - lines.cost)', 'lines.extended_net') }} as margin,
        jobs.title as job,
        {{ tieout.person('persons', 'jobs.tech_key') }} as tech_key,
        coalesce(techs.name, 'Unassigned') as tech,
        lines.core_charge,
        lines.is_return
    from {{ ref('fct_ro_line') }} as lines
    inner join {{ ref('ro_sale') }} as sales on lines.ro_key = sales.ro_key
    left join {{ ref('dim_customer') }} as customers
        on sales.customer_key = customers.customer_key and customers.customer_key <> -1
    left join {{ ref('dim_vehicle') }} as vehicles
        on sales.vehicle_key = vehicles.vehicle_key and vehicles.vehicle_key <> -1
    left join {{ ref('dim_supplier') }} as suppliers
        on lines.source_connection_key = suppliers.source_connection_key and lines.supplier_id = suppliers.supplier_id
    left join {{ ref('fct_ro_job') }} as jobs on lines.ro_key = jobs.ro_key and lines.job_id = jobs.source_entity_id
    {{ tieout.people('persons', 'jobs.tech_key') }}
    left join {{ ref('dim_employee') }} as techs
        on {{ tieout.person('persons', 'jobs.tech_key') }} = techs.employee_key and techs.employee_key <> -1
    where lines.line_type = 'part'
)

select * from final
