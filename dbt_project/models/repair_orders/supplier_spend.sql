{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set row = [
    'site_key', 'period_grain', 'period_start', 'period_end', 'supplier_key', 'business_date', 'part_number'
] -%}
{% set part_number = "nullif(regexp_replace(upper(lines.part_number), '[^A-Z0-9]', '', 'g'), '')" -%}
{% set bought = ['spend', 'lines', 'returns', 'core_credits', 'purchases', 'purchased_quantity'] -%}
{% set sums = bought + ['parts_sales', 'margin'] -%}
{% set distincts = ['invoices', 'ros'] -%}
with days as (
    {{ tieout.reported_days() }}
),

buyers as (
    select distinct site_key from {{ ref('fct_purchase_line') }} where not is_deleted_at_source
),

-- what a shop's spend is computed from: its suppliers' invoices where it has any, else the cost of parts on its orders
bases as (
    select
        options.site_key,
        case
            when options.supplier_basis = 'purchases' and buyers.site_key is not null then 'purchases' else 'ro_lines'
        end as basis
    from {{ tieout.site_options({'supplier_basis': 'varchar'}) }} as options
    left join buyers on options.site_key = buyers.site_key
),

-- a return is worth what it takes back
bought as (
    select
        lines.site_key,
        lines.source_connection_key,
        lines.purchase_id,
        lines.source_entity_id,
        coalesce(lines.supplier_key, -1) as supplier_key,
        lines.invoice_date,
        lines.ro_key,
        {{ part_number }} as part_number,
        lines.is_return,
        abs(lines.quantity) as quantity,
        round(abs(lines.quantity * lines.unit_cost), 2) as worth,
        coalesce(lines.core_credit, 0) as core_credit
    from {{ ref('fct_purchase_line') }} as lines
    inner join bases on lines.site_key = bases.site_key and bases.basis = 'purchases'
    where not lines.is_deleted_at_source
),

purchased as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        bought.supplier_key,
        bought.invoice_date as business_date,
        bought.part_number,
        case when bought.is_return then -bought.worth else bought.worth end as spend,
        1 as lines,
        case when bought.is_return then bought.worth else 0 end as returns,
        bought.core_credit as core_credits,
        case when bought.is_return then 0 else bought.worth end as purchases,
        case when bought.is_return then 0 else bought.quantity end as purchased_quantity,
        cast(bought.source_connection_key as varchar) || ' ' || bought.purchase_id as invoices,
        bought.ro_key as ros
    from bought
    inner join days on bought.site_key = days.site_key and bought.invoice_date = days.business_date
),

sold_parts as (
    select
        sales.site_key,
        sales.business_date,
        lines.ro_key,
        lines.ro_line_key,
        {{ part_number }} as part_number,
        coalesce(suppliers.supplier_key, -1) as supplier_key,
        lines.quantity,
        lines.is_return,
        coalesce(lines.cost, 0) as cost,
        lines.extended_net
    from {{ ref('fct_ro_line') }} as lines
    inner join {{ ref('ro_sale') }} as sales on lines.ro_key = sales.ro_key
    left join {{ ref('dim_supplier') }} as suppliers
        on lines.source_connection_key = suppliers.source_connection_key and lines.supplier_id = suppliers.supplier_id
    where lines.line_type = 'part'
),

-- a sold line counts once in a period, with the supplier who first delivered its part for its order
linked as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        {{ tieout.first_of('bought.supplier_key', '(bought.invoice_date, bought.supplier_key)') }} as supplier_key,
        min(bought.invoice_date) as business_date,
        sold_parts.part_number,
        sold_parts.extended_net as parts_sales,
        sold_parts.extended_net - sold_parts.cost as margin
    from bought
    inner join days on bought.site_key = days.site_key and bought.invoice_date = days.business_date
    inner join sold_parts on bought.ro_key = sold_parts.ro_key and bought.part_number = sold_parts.part_number
    where not bought.is_return
    group by
        days.site_key, days.period_grain, days.period_start, days.period_end, sold_parts.ro_line_key,
        sold_parts.part_number, sold_parts.extended_net, sold_parts.cost
),

billed as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        sold_parts.supplier_key,
        sold_parts.business_date,
        sold_parts.part_number,
        sold_parts.cost as spend,
        1 as lines,
        case when sold_parts.is_return then abs(sold_parts.cost) else 0 end as returns,
        sold_parts.extended_net as parts_sales,
        sold_parts.extended_net - sold_parts.cost as margin,
        case when sold_parts.is_return then 0 else sold_parts.cost end as purchases,
        case when sold_parts.is_return then 0 else sold_parts.quantity end as purchased_quantity,
        sold_parts.ro_key as ros
    from sold_parts
    inner join days on sold_parts.site_key = days.site_key and sold_parts.business_date = days.business_date
    inner join bases on sold_parts.site_key = bases.site_key and bases.basis = 'ro_lines'
),

behind as (
    {{ tieout.stacked(
        row + sums + distincts,
        {
            'purchased': row + bought + distincts,
            'linked': row + ['parts_sales', 'margin'],
            'billed': row + sums | reject('eq', 'core_credits') | list + ['ros'],
        }
    ) }}
),

rolled as (
    {{ tieout.rolled(keys=['supplier_key'], sums=sums, distincts=distincts) }}
),

company_basis as (
    select case when min(bases.basis) = max(bases.basis) then min(bases.basis) else 'mixed' end as basis
    from bases
    where bases.site_key in (select site_key from days)
),

final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        rolled.supplier_key,
        case when rolled.supplier_key is not null then coalesce(suppliers.name, 'Unknown') end as supplier,
        case when rolled.site_key = -2 then company_basis.basis else bases.basis end as basis,
        {{ tieout.money('rolled.spend') }} as spend,
        {{ tieout.count_of('rolled.lines') }} as lines,
        {{ tieout.count_of('rolled.invoices') }} as invoices,
        {{ tieout.count_of('rolled.ros') }} as ros,
        {{ tieout.money('rolled.returns') }} as returns,
        {{ tieout.ratio('rolled.returns', 'rolled.purchases') }} as return_rate,
        {{ tieout.money('rolled.core_credits') }} as core_credits,
        {{ tieout.ratio(
            'rolled.spend',
            "max(case when rolled.row_type <> 'detail' then rolled.spend end)"
            ~ ' over (partition by rolled.site_key, rolled.period_grain, rolled.period_start)'
        ) }} as share,
        {{ tieout.per('rolled.purchases', 'rolled.purchased_quantity') }} as avg_unit_cost,
        {{ tieout.money('rolled.parts_sales') }} as parts_sales,
        {{ tieout.money('rolled.margin') }} as margin
    from rolled
    cross join company_basis
    left join bases on rolled.site_key = bases.site_key
    left join {{ ref('dim_supplier') }} as suppliers
        on rolled.supplier_key = suppliers.supplier_key and suppliers.supplier_key <> -1
)

select * from final
