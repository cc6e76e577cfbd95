{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{#- Lines of finance.recon_sales_payments that a source may print. -#}
{% set lines = [
    'total_sales', 'supplies_taxable', 'supplies_nontax', 'sales_tax', 'fees_nontax', 'card_upcharge',
    'total_other_sales', 'advance_pay', 'ar_pay', 'total_sales_and_other', 'cards', 'cash', 'check_amt', 'deposit',
    'other_pay', 'total_pay', 'charged', 'store_credit_used', 'previous_advance_pay', 'payments_total'
] -%}
-- Totals of calls and of orders are C-17's and C-15's.
with printed as (
    select
        site_key,
        business_date,
        name,
        {{ tieout.one_key('control_total_key') }} as control_total_key,
        sum(value) as value
    from {{ ref('fct_source_control_total') }}
    where not is_deleted_at_source and name not in ('ro_count', 'call_count')
    group by site_key, business_date, name
),

made as (
    {% for line in lines -%}
    select site_key, business_date, '{{ line }}' as name, {{ line }} as value
    from {{ ref('recon_sales_payments') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- a line that a shop prints on other days is missed where it is not zero, from the first day that it prints to the last
printing as (
    select site_key, min(business_date) as first_date, max(business_date) as last_date
    from {{ ref('fct_source_control_total') }}
    where not is_deleted_at_source
    group by site_key
),

printed_lines as (
    select site_key, name from printed group by site_key, name
),

expected_lines as (
    select made.site_key, made.business_date, made.name, made.value
    from made
    inner join printed_lines on made.site_key = printed_lines.site_key and made.name = printed_lines.name
    inner join printing
        on made.site_key = printing.site_key
        and made.business_date between printing.first_date and printing.last_date
),

compared as (
    select
        coalesce(printed.site_key, expected_lines.site_key) as site_key,
        coalesce(printed.business_date, expected_lines.business_date) as business_date,
        coalesce(printed.name, expected_lines.name) as name,
        printed.control_total_key,
        printed.value as printed,
        expected_lines.value as made
    from printed
    full join expected_lines
        on printed.site_key = expected_lines.site_key
        and printed.business_date = expected_lines.business_date
        and printed.name = expected_lines.name
    where printed.name is not null or expected_lines.value <> 0
),

final as (
    select
        {{ tieout.compared(
            drill_key="coalesce(cast(control_total_key as varchar), '')", document="'line ' || name",
            aspect='name', expected='printed', actual='made',
            said="case"
            ~ " when printed is null then 'The shop''s own system does not print ' || name || ', which comes to '"
            ~ " || cast(made as varchar) || ' here.'"
            ~ " when made is null then 'The shop''s own system prints ' || name || ', which no report here has.'"
            ~ " else 'The shop''s own system prints ' || cast(printed as varchar) || ' as ' || name"
            ~ " || ', which comes to ' || cast(made as varchar) || ' here.' end"
        ) }}
    from compared
)

select * from final
