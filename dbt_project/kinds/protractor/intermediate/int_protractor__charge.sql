with orders as (
    select * from {{ ref('stg_protractor__order') }}
),

other_lines as (
    select _version, sum(net_amount) as amount
    from {{ ref('int_protractor__sold_line') }}
    where not is_deferred and line_type not in ('part', 'labor', 'sublet')
    group by _version
),

sums as (
    select
        orders.*,
        orders.net_total - coalesce(orders.parts_total, 0) - coalesce(orders.labor_total, 0)
        - coalesce(orders.sublet_total, 0) - coalesce(other_lines.amount, 0) as other_charges,
        orders.grand_total - orders.net_total as tax
    from orders
    left join other_lines on orders._version = other_lines._version
),

charges as (
    select
        ro_id, 'other' as line_id, 'supply' as line_type, other_charge_code as description,
        {{ tieout.money('other_charges') }} as amount, {{ tieout.landed_columns() }}
    from sums
    where other_charges <> 0
    union all
    select
        ro_id, 'tax', 'tax', 'Sales tax', {{ tieout.money('tax') }}, {{ tieout.landed_columns() }}
    from sums
    where tax <> 0
)

select * from charges
