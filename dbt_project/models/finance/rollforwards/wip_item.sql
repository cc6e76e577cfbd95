{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set moves = ['opened', 'reopened', 'closed', 'voided'] -%}
-- What each order moved of the work in progress on a day: as its status events tell it, and as its state stood at the
-- day's end. The state is that of the latest event, and from the last one on what the order itself says. An order
-- without any event moves by its own dates, and then both are the same.
with transitions as (
    {{ tieout.ro_transitions() }}
),

steps as (
    select
        site_key,
        ro_key,
        business_date,
        place,
        case when to_status in {{ tieout.in_work() }} then 1 else 0 end as standing,
        {{ tieout.ro_movements('transitions') }}
    from transitions
),

followed as (
    select
        *,
        coalesce(lag(standing) over (partition by ro_key order by place), 0) as stood,
        lead(place) over (partition by ro_key order by place) is null as is_last
    from steps
),

orders as (
    select
        orders_of.ro_key,
        orders_of.site_key,
        case when orders_of.status in {{ tieout.in_work() }} then 1 else 0 end as standing,
        orders_of.status in ('open', 'on_hold', 'finished', 'closed', 'void') as came_in,
        coalesce(orders_of.open_business_date, orders_of.close_business_date) as open_date,
        case
            when orders_of.status = 'closed' then orders_of.close_business_date
            when orders_of.status = 'void'
                then coalesce(voids.void_business_date, orders_of.close_business_date, orders_of.open_business_date)
        end as end_date,
        orders_of.status
    from {{ ref('fct_repair_order') }} as orders_of
    left join {{ ref('ro_void') }} as voids on orders_of.ro_key = voids.ro_key
    where not orders_of.is_deleted_at_source
),

moved as (
    select
        site_key, ro_key, business_date, opened, reopened, closed_events as closed, voided,
        standing - stood as delta_state, true as is_told
    from followed
    union all
    -- where an order's own state is not that of its last event, they part: on its own date where that is later
    select
        orders.site_key, orders.ro_key, greatest(followed.business_date, orders.end_date), 0, 0, 0, 0,
        orders.standing - followed.standing, true
    from followed
    inner join orders on followed.ro_key = orders.ro_key
    where followed.is_last and followed.standing <> orders.standing
    union all
    select site_key, ro_key, open_date, 1, 0, 0, 0, 1, false
    from orders
    where came_in and ro_key not in (select ro_key from steps)
    union all
    select
        site_key, ro_key, end_date, 0, 0, case when status = 'closed' then 1 else 0 end,
        case when status = 'void' then 1 else 0 end, -1, false
    from orders
    where end_date is not null and ro_key not in (select ro_key from steps)
),

summed as (
    select
        site_key,
        business_date,
        ro_key,
        is_told
        {%- for column in moves %},
        sum({{ column }}) as {{ column }}
        {%- endfor %},
        sum(opened + reopened - closed - voided) as delta_told,
        sum(delta_state) as delta_state
    from moved
    group by site_key, business_date, ro_key, is_told
),

-- an order is worth what it comes to as it stands now; one without lines what was quoted for it
valued as (
    select
        summed.*,
        orders_of.ro_number,
        coalesce(voids.voided_amount, nullif(orders_of.grand_total, 0), orders_of.quote_amount, 0) as amount
    from summed
    inner join {{ ref('fct_repair_order') }} as orders_of on summed.ro_key = orders_of.ro_key
    left join {{ ref('ro_void') }} as voids on summed.ro_key = voids.ro_key
),

final as (
    select
        site_key,
        business_date,
        ro_key,
        ro_number,
        is_told,
        {{ tieout.money('amount') }} as amount,
        {% for column in moves + ['delta_told', 'delta_state'] -%}
        {{ tieout.count_of(column) }} as {{ column }},
        {% endfor -%}
        {{ tieout.count_of('delta_state - delta_told') }} as diff,
        {% for column in moves + ['delta_told', 'delta_state'] -%}
        {{ tieout.money(column ~ ' * amount') }} as {{ column }}_amount,
        {% endfor -%}
        {{ tieout.money('(delta_state - delta_told) * amount') }} as amount_diff
    from valued
)

select * from final
