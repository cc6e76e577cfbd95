-- What was recommended, in cents: its items, its fixed price, or the quick price where no items were written down.
with recommendations as (
    select * from {{ ref('stg_shopware__recommendation') }}
),

items as (
    select
        _version,
        recommendation_id,
        sum(case item_class
            when 'part' then {{ tieout.whole_cents('quantity * coalesce(sell_price_cents, quoted_price_cents, 0)') }}
            else 0
        end) as part_cents,
        sum(case item_class when 'hazmat' then {{ tieout.whole_cents('quantity * fee_cents') }} else 0 end)
            as fee_cents,
        sum(case item_class when 'sublet' then coalesce(price_cents, 0) else 0 end) as sublet_cents,
        sum(case item_class when 'labor' then hours else 0 end) as hours,
        min(technician_id) as first_technician,
        max(technician_id) as last_technician
    from {{ ref('stg_shopware__recommended_item') }}
    group by _version, recommendation_id
),

summed as (
    select
        recommendations.*,
        coalesce(items.part_cents, 0) as part_cents,
        coalesce(items.sublet_cents, 0) as sublet_cents,
        case
            when items.recommendation_id is null and recommendations.service_fixed_price_cents is null
                then {{ tieout.whole_cents('coalesce(recommendations.quick_price_cents, 0)') }}
            when recommendations.is_fixed_price_service then coalesce(
                recommendations.service_fixed_price_labor_total_cents,
                recommendations.service_fixed_price_cents - coalesce(items.part_cents, 0)
                - coalesce(items.fee_cents, 0) - coalesce(items.sublet_cents, 0),
                0
            )
            else {{ tieout.whole_cents('coalesce(items.hours * recommendations.service_labor_rate_cents, 0)') }}
        end as labor_cents,
        -- several technicians have no one among them
        case when items.first_technician = items.last_technician then items.first_technician end as technician_id
    from recommendations
    left join items
        on recommendations._version = items._version
        and recommendations.recommendation_id = items.recommendation_id
)

select * from summed
