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
        sum(own_sums.grand_total) as after_merge,
        (select count(*) from orders) as orders_before,
        sum(own_sums.orders) as orders_after,
        count(distinct own_sums.{{ key }}) as records,
        count(distinct coalesce(bridged.{{ golden }}, own_sums.{{ key }})) as golden_records
    from (
        select {{ key }}, sum(grand_total) as grand_total, count(*) as orders from orders group by {{ key }}
    ) as own_sums
    left join {{ ref(bridge) }} as bridged on own_sums.{{ key }} = bridged.{{ own }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
)

select *
from sums
where before_merge is distinct from after_merge
or orders_before <> orders_after
or golden_records > records
