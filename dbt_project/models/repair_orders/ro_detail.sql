{{ config(
    materialized='incremental', incremental_strategy='touched',
    meta={'touched': 'touched_ro', 'touched_columns': ['ro_key']}
) }}

with orders as (
    select * from {{ ref('fct_repair_order') }}
    where is_sale and {{ tieout.only_touched('touched_ro', ['ro_key']) }}
),

shares as (
    select ro_key, tech_key, hours_billed_alloc
    from {{ ref('fct_ro_line_tech') }}
    where tech_key <> -1 and ro_key in (select ro_key from orders)
),

-- most orders have one technician; only the others need their names in order, which costs memory for each of them
sole_techs as (
    select ro_key, min(tech_key) as tech_key, max(tech_key) as last_tech_key
    from shares
    group by ro_key
),

-- billed hours first, then the name, so that the same order always prints the same text
techs as (
    select ro_key, tech_key, sum(hours_billed_alloc) as hours
    from shares
    where ro_key in (select ro_key from sole_techs where tech_key <> last_tech_key)
    group by ro_key, tech_key
),

named_techs as (
    select
        techs.ro_key,
        techs.tech_key,
        techs.hours,
        coalesce(employees.name, '(unknown technician)') as name,
        employees.source_entity_id as technician_id
    from techs
    left join {{ ref('dim_employee') }} as employees on techs.tech_key = employees.employee_key
),

tech_lists as (
    select
        ro_key,
        {{ tieout.joined('name', '; ', 'hours desc, technician_id asc, tech_key asc') }} as tech,
        {{ tieout.first_of('tech_key', '(-hours, technician_id, tech_key)') }} as primary_tech_key
    from named_techs
    group by ro_key
    union all
    select
        sole_techs.ro_key,
        coalesce(employees.name, '(unknown technician)') as tech,
        sole_techs.tech_key as primary_tech_key
    from sole_techs
    left join {{ ref('dim_employee') }} as employees on sole_techs.tech_key = employees.employee_key
    where sole_techs.tech_key = sole_techs.last_tech_key
),

paid as (
    select
        case when kind = 'advance' then coalesce(applied_to_ro_key, ro_key) else ro_key end as ro_key,
        sum(amount) as paid
    from {{ ref('fct_tender') }}
    where kind in ('final', 'advance', 'ar_payment') and not is_void and not is_deleted_at_source
    group by case when kind = 'advance' then coalesce(applied_to_ro_key, ro_key) else ro_key end
),

families as (
    select source_connection_key, formula_family from {{ ref('dim_source_connection') }}
),

amounts as (
    select
        orders.*,
        families.formula_family,
        coalesce(orders.labor_cost, 0) as known_labor_cost,
        orders.supplies_taxable + orders.supplies_nontax as supplies,
        case
            when families.formula_family = 'F1'
                then orders.total_ex_tax - orders.supplies_taxable - orders.supplies_nontax
            else orders.total_ex_tax
        end as gross_sales,
        orders.total_ex_tax - orders.parts_cost - coalesce(orders.labor_cost, 0) - orders.sublet_cost
        as gross_profit_canonical
    from orders
    inner join families on orders.source_connection_key = families.source_connection_key
),

measured as (
    select
        *,
        case when formula_family = 'F1' then gross_profit_canonical else gross_profit_canonical - supplies end as gp
    from amounts
),

final as (
    select
        measured.ro_key,
        measured.site_key,
        measured.close_business_date as ro_date,
        measured.ro_number,
        coalesce(customers.first_name, customers.company_name) as customer_first_name,
        tech_lists.tech,
        tech_lists.primary_tech_key,
        advisors.name as advisor,
        measured.advisor_key,
        measured.dvi_status,
        measured.formula_family,
        {{ tieout.money('measured.quoted_parts + measured.quoted_labor + measured.quoted_sublet') }} as quoted,
        {{ tieout.money(
            'measured.sublet_sales + measured.supplies + measured.fees_nontax + measured.card_upcharge'
            ~ ' + measured.other_charges + measured.sales_tax'
        ) }} as non_labor,
        measured.labor_sales as labor,
        measured.parts_sales as parts,
        measured.sublet_cost as sub_cost,
        cast(measured.hours_billed as decimal(12, 4)) as hours,
        cast({{ tieout.div('measured.gross_sales', 'measured.hours_billed', 2) }} as decimal(14, 2)) as gs_per_hr,
        cast({{ tieout.div('measured.gp', 'measured.hours_billed', 2) }} as decimal(14, 2)) as gp_per_hr,
        cast({{ tieout.div('measured.labor_sales', 'measured.hours_billed', 2) }} as decimal(14, 2)) as elr,
        measured.total_ex_tax as ro_total,
        {{ tieout.div('measured.gp', 'measured.total_ex_tax') }} as gp_pct,
        {{ tieout.money('measured.gp') }} as gp,
        {{ tieout.money('measured.gross_sales') }} as gross_sales,
        measured.grand_total,
        measured.sales_tax,
        {{ tieout.money('measured.gross_profit_canonical') }} as gross_profit,
        measured.discount_total as discount,
        {{ tieout.money('coalesce(paid.paid, 0)') }} as paid,
        {{ tieout.money('measured.grand_total - coalesce(paid.paid, 0)') }} as balance,
        measured.is_refund,
        measured.reopen_count,
        {{ tieout.money('measured.grand_total - measured.header_total') }} as line_header_diff
    from measured
    left join {{ ref('dim_customer') }} as customers
        on measured.customer_key = customers.customer_key and customers.customer_key <> -1
    left join {{ ref('dim_employee') }} as advisors
        on measured.advisor_key = advisors.employee_key and advisors.employee_key <> -1
    left join tech_lists on measured.ro_key = tech_lists.ro_key
    left join paid on measured.ro_key = paid.ro_key
)

select * from final
