{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with participants as (
    select
        joined.ro_key,
        {{ tieout.person('people', 'joined.employee_key') }} as employee_key,
        min(coalesce(joined.role, employees.role)) as role
    from {{ ref('bridge_ro_participant') }} as joined
    {{ tieout.people('people', 'joined.employee_key') }}
    left join {{ ref('dim_employee') }} as employees on joined.employee_key = employees.employee_key
    where not joined.is_deleted_at_source
    group by joined.ro_key, {{ tieout.person('people', 'joined.employee_key') }}
),

final as (
    select
        orders.ro_key,
        coalesce(participants.employee_key, -1) as employee_key,
        participants.role
    from {{ ref('fct_repair_order') }} as orders
    left join participants on orders.ro_key = participants.ro_key
)

select * from final
