-- C-25: what customers, cars and advisors add up to is the same over golden records as over the sources' own, and
-- there are never more golden records than records.
with orders as (
    select customer_key, vehicle_key, advisor_key, grand_total
    from {{ ref('fct_repair_order') }}
),

{% set subjects = [
    ('customer', 'customer_key', 'bridge_customer_source', 'customer_key', 'golden_customer_key'),
    ('vehicle', 'vehicle_key', 'bridge_vehicle_source', 'vehicle_key', 'golden_vehicle_key'),
    ('employee', 'advisor_key', 'bridge_employee_identity', 'employee_key', 'golden_employee_key'),
] -%}
sums as (
    {% for subject, key, bridge, own, golden in subjects -%}
    select
        '{{ subject }}' as subject,
        (select sum(grand_total) from orders) as before_merge,
        sum(orders.grand_total) as after_merge,
        (select count(*) from orders) as orders_before,
        count(*) as orders_after,
        count(distinct orders.{{ key }}) as records,
        count(distinct coalesce(bridged.{{ golden }}, orders.{{ key }})) as golden_records
    from orders
    left join {{ ref(bridge) }} as bridged on orders.{{ key }} = bridged.{{ own }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
)

select *
from sums
where before_merge is distinct from after_merge
or orders_before <> orders_after
or golden_records > records
