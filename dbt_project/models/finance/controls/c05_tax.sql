{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Tax of closed orders, computed again: by jurisdiction base x rate, the detail against the tax lines, the base against
-- the lines that are taxable, the rate against the one that the shop charges at that time, and none for the exempt. A
-- difference of more than a dollar locks the day.
with orders as (
    select
        orders_of.ro_key,
        orders_of.site_key,
        orders_of.close_business_date,
        orders_of.ro_number,
        orders_of.sales_tax,
        orders_of.is_tax_exempt or coalesce(customers.is_tax_exempt, false) as is_exempt,
        coalesce(capabilities.capability = 'delivers' or connections.kind = 'sql', false) as is_stated,
        options.tolerance_tax_per_line
    from {{ ref('fct_repair_order') }} as orders_of
    inner join {{ tieout.site_options({'tolerance_tax_per_line': 'decimal(18, 4)'}) }} as options
        on orders_of.site_key = options.site_key
    left join {{ ref('dim_customer') }} as customers on orders_of.customer_key = customers.customer_key
    left join {{ ref('dim_source_connection') }} as connections
        on orders_of.source_connection_key = connections.source_connection_key
    left join {{ ref('source_capability') }} as capabilities
        on connections.kind = capabilities.kind and capabilities.entity = 'ro_tax' and capabilities.field = '*'
    where orders_of.is_sale
),

-- what could be taxed: before or after discounts of the whole order, all of it or one section of it
{% set bases = {
    'every': '1 = 1', 'parts': "sales_class = 'part'", 'goods': "sales_class in ('part', 'supplies')",
    'labor': "sales_class = 'labor'", 'sublet': "sales_class = 'sublet'",
    'charges': "sales_class in ('fee', 'supplies', 'other')"
} -%}
{% set could_be = [] -%}
{% for base in bases -%}
{% do could_be.extend([base ~ '_after', base ~ '_before']) -%}
{% endfor -%}
lines as (
    select
        ro_key,
        count(*) filter (where sales_class not in ('tax', 'allocated')) as lines,
        count(*) filter (where taxable) as taxable_lines,
        {% for base, condition in bases.items() -%}
        sum(case when taxable and {{ condition }} then extended_net else 0 end) as {{ base }}_after,
        -- a discount of the whole order that is itself taxable lowers the base by all of it
        sum(case when taxable and {{ condition }} then extended_net + ro_discount + memo_amount else 0 end)
            as {{ base }}_before{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('fct_ro_line') }}
    where sales_class <> 'tax'
    group by ro_key
),

details as (
    select
        orders.ro_key,
        orders.site_key,
        orders.close_business_date,
        orders.is_stated,
        'RO ' || orders.ro_number as document,
        taxes.jurisdiction,
        taxes.taxable_base,
        taxes.rate,
        taxes.tax,
        cast(round(taxes.taxable_base * taxes.rate, 2) as decimal(14, 2)) as due,
        orders.tolerance_tax_per_line * greatest(
            1, case when lines.taxable_lines > 0 then lines.taxable_lines else coalesce(lines.lines, 1) end
        ) as tolerance,
        {% for base in could_be -%}
        coalesce(lines.{{ base }}, 0) as {{ base }}{{ ',' if not loop.last }}
        {% endfor %}
    from orders
    inner join {{ ref('fct_ro_tax') }} as taxes on orders.ro_key = taxes.ro_key
    left join lines on orders.ro_key = lines.ro_key
),

recomputed as (
    select
        {{ tieout.compared(
            business_date='close_business_date', drill_key='ro_key', document='document',
            aspect="'tax of ' || jurisdiction", expected='due', actual='tax', tolerance='tolerance',
            severity="case when abs(due - tax) > 1 then 'B' else 'W' end", can_fail='is_stated',
            said="document || ': ' || jurisdiction || ' at ' || cast(cast(rate * 100 as decimal(9, 4)) as varchar) "
            ~ "|| ' percent of ' || cast(taxable_base as varchar) || ' is ' || cast(due as varchar) || ', not ' "
            ~ "|| cast(tax as varchar) || '.'"
        ) }}
    from details
    where taxable_base is not null and rate is not null
),

sums as (
    select ro_key, sum(tax) as tax
    from {{ ref('fct_ro_tax') }}
    group by ro_key
),

detailed as (
    select
        {{ tieout.compared(
            site_key='orders.site_key', business_date='orders.close_business_date', drill_key='orders.ro_key',
            document="'RO ' || orders.ro_number", aspect="'tax in detail'", expected='orders.sales_tax',
            actual='sums.tax', can_fail='orders.is_stated',
            severity="case when abs(orders.sales_tax - coalesce(sums.tax, 0)) > 1 then 'B' else 'W' end",
            said="'RO ' || orders.ro_number || ' charges tax of ' || cast(orders.sales_tax as varchar) "
            ~ "|| '; by jurisdiction it is ' || coalesce(cast(sums.tax as varchar), 'nowhere') || '.'"
        ) }}
    from orders
    left join sums on orders.ro_key = sums.ro_key
    where orders.sales_tax <> 0 or sums.tax is not null
),

exempt as (
    select
        {{ tieout.compared(
            business_date='close_business_date', drill_key='ro_key', document="'RO ' || ro_number",
            aspect="'exempt'", expected='0', actual='sales_tax',
            severity="case when abs(sales_tax) > 1 then 'B' else 'W' end",
            said="'The customer of RO ' || ro_number || ' is exempt from tax and was charged ' "
            ~ "|| cast(sales_tax as varchar) || ' of it.'"
        ) }}
    from orders
    where is_exempt
),

-- the nearest of what could be taxed
nearest as (
    select
        *,
        case
            {% for base in could_be -%}
            when abs({{ base }} - taxable_base) <= least(
                {%- for other in could_be %}
                abs({{ other }} - taxable_base){{ ',' if not loop.last }}
                {%- endfor %}
            ) then {{ base }}
            {% endfor -%}
        end as could_be
    from details
    where is_stated and taxable_base is not null
),

bases as (
    select
        {{ tieout.compared(
            business_date='close_business_date', drill_key='ro_key', document='document',
            aspect="'base of ' || jurisdiction", expected='could_be', actual='taxable_base',
            severity="case when abs((could_be - taxable_base) * coalesce(rate, 1)) > 1 then 'B' else 'W' end",
            said="document || ' is taxed on ' || cast(taxable_base as varchar) || ' by ' || jurisdiction "
            ~ "|| '; its taxable lines come to ' || cast(could_be as varchar) || '.'"
        ) }}
    from nearest
),

-- the rate that half of the shop's orders have in the two weeks to this day, or from it: when the law changes a rate,
-- the days that follow have it too
rated as (
    select
        *,
        {% for name, keys in [('same', 'site_key, jurisdiction, rate'), ('every', 'site_key, jurisdiction')] -%}
        count(*) over (
            partition by {{ keys }} order by close_business_date
            range between interval '14 days' preceding and current row
        ) as {{ name }}_before,
        count(*) over (
            partition by {{ keys }} order by close_business_date
            range between current row and interval '14 days' following
        ) as {{ name }}_after,
        count(*) over (partition by {{ keys }}) as {{ name }}_ever{{ ',' if not loop.last }}
        {% endfor %}
    from (
        select ro_key, site_key, close_business_date, document, jurisdiction, rate, taxable_base
        from details
        where is_stated and rate is not null
    ) as of_rate
),

usual as (
    select site_key, jurisdiction, {{ tieout.last_of('rate', '(same_ever, rate)') }} as rate
    from rated
    group by site_key, jurisdiction
),

rates as (
    select
        {{ tieout.compared(
            site_key='rated.site_key', business_date='rated.close_business_date', drill_key='rated.ro_key',
            document='rated.document', aspect="'rate of ' || rated.jurisdiction",
            expected="100 * case when rated.same_before * 2 >= rated.every_before "
            ~ "or (rated.every_after >= 3 and rated.same_after * 2 >= rated.every_after) "
            ~ "then rated.rate else usual.rate end",
            actual='100 * rated.rate',
            severity="case when abs(coalesce(rated.taxable_base, 0) * (rated.rate - usual.rate)) > 1 "
            ~ "then 'B' else 'W' end",
            said="rated.document || ' has ' || rated.jurisdiction || ' at ' || cast(cast(rated.rate * 100 as "
            ~ "decimal(9, 4)) as varchar) || ' percent; the shop charges ' || cast(cast(usual.rate * 100 as "
            ~ "decimal(9, 4)) as varchar) || ' around that day.'"
        ) }}
    from rated
    inner join usual on rated.site_key = usual.site_key and rated.jurisdiction = usual.jurisdiction
),

final as (
    select * from recomputed
    union all
    select * from detailed
    union all
    select * from exempt
    union all
    select * from bases
    union all
    select * from rates
)

select * from final
