{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set op_code = "coalesce(nullif(upper(trim(lines.op_code)), ''), '(none)')" -%}
with labor as (
    select
        sales.site_key,
        sales.ro_key,
        lines.ro_line_key,
        sales.business_date,
        sales.close_business_date,
        sales.ro_number,
        sales.vehicle_key,
        sales.golden_vehicle_key,
        sales.advisor_key,
        lines.op_code,
        {{ op_code }} as op_code_norm,
        lines.description,
        lines.category,
        lines.line_discount + lines.ro_discount as discount
    from {{ ref('fct_ro_line') }} as lines
    inner join {{ ref('ro_sale') }} as sales on lines.ro_key = sales.ro_key
    where lines.line_type = 'labor'
),

-- the day on which the same work was last done on the car, other orders of the same day apart
repeated as (
    select
        golden_vehicle_key,
        op_code_norm,
        close_business_date,
        lag(close_business_date) over (
            partition by golden_vehicle_key, op_code_norm order by close_business_date
        ) as before_date
    from (
        select distinct golden_vehicle_key, op_code_norm, close_business_date
        from labor
        where golden_vehicle_key <> -1 and op_code_norm <> '(none)'
    ) as days_of_work
),

shares as (
    select
        parts.ro_line_key,
        {{ tieout.person('techs', 'parts.tech_key') }} as tech_key,
        sum(parts.share) as share,
        sum(parts.hours_billed_alloc) as hours_billed,
        sum(parts.hours_actual) as hours_actual,
        sum(parts.labor_sales_alloc) as labor_net,
        sum(parts.labor_cost_alloc) as labor_cost
    from {{ ref('fct_ro_line_tech') }} as parts
    {{ tieout.people('techs', 'parts.tech_key') }}
    group by parts.ro_line_key, {{ tieout.person('techs', 'parts.tech_key') }}
),

final as (
    select
        labor.site_key,
        labor.ro_key,
        labor.ro_line_key,
        shares.tech_key,
        labor.business_date as date,
        labor.ro_number,
        vehicles.year as vehicle_year,
        vehicles.make as vehicle_make,
        vehicles.model as vehicle_model,
        labor.op_code,
        labor.description,
        labor.category,
        {{ tieout.hours('shares.hours_billed') }} as hours_billed,
        {{ tieout.hours('shares.hours_actual') }} as hours_actual,
        {{ tieout.per('shares.labor_net', 'shares.hours_billed') }} as rate,
        {{ tieout.money('shares.labor_net') }} as labor_net,
        {{ tieout.money('round(labor.discount * shares.share, 2)') }} as discount,
        {{ tieout.money('coalesce(shares.labor_cost, 0)') }} as labor_cost,
        coalesce(techs.name, 'Unassigned') as tech,
        labor.advisor_key,
        coalesce(advisors.name, 'Unassigned') as advisor,
        coalesce(labor.close_business_date - repeated.before_date between 1 and 30, false) as comeback_flag
    from labor
    inner join shares on labor.ro_line_key = shares.ro_line_key
    left join repeated
        on labor.golden_vehicle_key = repeated.golden_vehicle_key
        and labor.op_code_norm = repeated.op_code_norm
        and labor.close_business_date = repeated.close_business_date
    left join {{ ref('dim_vehicle') }} as vehicles
        on labor.vehicle_key = vehicles.vehicle_key and vehicles.vehicle_key <> -1
    left join {{ ref('dim_employee') }} as techs on shares.tech_key = techs.employee_key and shares.tech_key <> -1
    left join {{ ref('dim_employee') }} as advisors
        on labor.advisor_key = advisors.employee_key and labor.advisor_key <> -1
)

select * from final
