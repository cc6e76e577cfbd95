{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'touched_day'}
) }}

-- One row per site, day and breakout group; the group '' holds the lines of any group once, which the residual block
-- needs.
with groups as (
    select * from {{ ref('dim_breakout_group') }}
),

orders as (
    select
        orders_of.ro_key,
        orders_of.site_key,
        orders_of.close_business_date as business_date,
        coalesce(customers.is_tax_exempt, false) or orders_of.is_tax_exempt as is_exempt
    from {{ ref('fct_repair_order') }} as orders_of
    left join {{ ref('dim_customer') }} as customers on orders_of.customer_key = customers.customer_key
    where orders_of.is_sale
    and orders_of.site_key in (select site_key from groups)
    and {{ tieout.only_touched('touched_day', ['orders_of.site_key', 'orders_of.close_business_date']) }}
),

lines as (
    select
        orders.site_key,
        orders.business_date,
        lines_of.ro_line_key,
        lines_of.op_code,
        lines_of.department,
        case when lines_of.sales_class = 'other' then 'sublet' else lines_of.sales_class end as sales_class,
        lines_of.extended_net,
        lines_of.taxable and not orders.is_exempt as is_taxable,
        lines_of.cost
    from {{ ref('fct_ro_line') }} as lines_of
    inner join orders on lines_of.ro_key = orders.ro_key
    where lines_of.sales_class in ('part', 'labor', 'sublet', 'other')
),

members as (
    select distinct groups.breakout_group, lines.*
    from lines
    inner join groups
        on lines.site_key = groups.site_key
        and (
            (groups.member_type = 'op_code' and lines.op_code = groups.member)
            or (groups.member_type = 'department' and lines.department = groups.member)
        )
),

blocks as (
    select * from members
    union all
    select '' as breakout_group, lines.*
    from lines
    where ro_line_key in (select ro_line_key from members)
),

final as (
    select
        site_key,
        business_date,
        breakout_group,
        {% for class, name in [('part', 'parts'), ('labor', 'labor'), ('sublet', 'sublet')] -%}
        {{ tieout.money(
            "coalesce(sum(extended_net) filter (where sales_class = '" ~ class ~ "' and not is_taxable), 0)"
        ) }} as {{ name }}_non_tax,
        {{ tieout.money(
            "coalesce(sum(extended_net) filter (where sales_class = '" ~ class ~ "' and is_taxable), 0)"
        ) }} as {{ name }}_taxable,
        {{ tieout.money("coalesce(sum(cost) filter (where sales_class = '" ~ class ~ "'), 0)") }} as {{ name }}_cost,
        {% endfor -%}
        cast(count(*) filter (where sales_class = 'labor') as integer) as labor_lines,
        cast(count(cost) filter (where sales_class = 'labor') as integer) as labor_lines_with_cost
    from blocks
    group by site_key, business_date, breakout_group
)

select * from final
