{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set subjects = {
    'customer': ('customer_key', 'bridge_customer_source', 'customer_key', 'golden_customer_key', 'dim_customer'),
    'vehicle': ('vehicle_key', 'bridge_vehicle_source', 'vehicle_key', 'golden_vehicle_key', 'dim_vehicle'),
    'employee': ('advisor_key', 'bridge_employee_identity', 'employee_key', 'golden_employee_key', 'dim_employee')
} -%}
-- Who is who moves no money: each sale comes to the same over the golden record of its customer, car and advisor as
-- over the source's own, which a record of two golden ones, or of one that there is not, would break. And there are
-- never more golden records of a day than records.
with sales as (
    select
        site_key,
        close_business_date as business_date,
        ro_key,
        ro_number,
        customer_key,
        vehicle_key,
        advisor_key,
        grand_total
    from {{ ref('fct_repair_order') }}
    where is_sale and not is_deleted_at_source
),

{% for subject, (key, bridge, own, golden, dimension) in subjects.items() -%}
{{ subject }}_merged as (
    select
        sales.ro_key,
        sum(case when known.{{ own }} is not null then sales.grand_total end) as grand_total,
        min(coalesce(merged.{{ golden }}, sales.{{ key }})) as golden_key
    from sales
    left join {{ ref(bridge) }} as merged on sales.{{ key }} = merged.{{ own }}
    left join {{ ref(dimension) }} as known on coalesce(merged.{{ golden }}, sales.{{ key }}, -1) = known.{{ own }}
    group by sales.ro_key
),

{{ subject }}_counted as (
    select
        sales.site_key,
        sales.business_date,
        count(distinct nullif(sales.{{ key }}, -1)) as records,
        count(distinct nullif(merged.golden_key, -1)) as golden_records
    from sales
    inner join {{ subject }}_merged as merged on sales.ro_key = merged.ro_key
    group by sales.site_key, sales.business_date
),

{% endfor -%}
final as (
    {% for subject, (key, bridge, own, golden, dimension) in subjects.items() -%}
    select
        {{ tieout.compared(
            site_key='sales.site_key', business_date='sales.business_date', drill_key='sales.ro_key',
            document="'RO ' || sales.ro_number", aspect="'" ~ subject ~ "'", severity="'W'",
            expected='sales.grand_total', actual='merged.grand_total',
            said="'RO ' || sales.ro_number || ' comes to ' || cast(sales.grand_total as varchar) || ', and under who its '"
                ~ " || '" ~ subject ~ " is to ' || coalesce(cast(merged.grand_total as varchar), 'nothing') || '.'"
        ) }}
    from sales
    inner join {{ subject }}_merged as merged on sales.ro_key = merged.ro_key
    union all
    select
        {{ tieout.compared(
            document="'the day'", aspect="'" ~ subject ~ "s'", severity="'W'", expected='0',
            actual='greatest(golden_records - records, 0)',
            said="'The sales of the day have more " ~ subject ~ "s once records of the same are one.'"
        ) }}
    from {{ subject }}_counted
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
