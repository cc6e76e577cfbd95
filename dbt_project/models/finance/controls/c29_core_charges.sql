{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Suppliers credit no more cores than were charged; what is charged and not credited yet is owed by them, and no
-- difference (finance.core_charge_rollforward has it).
-- A shop system that delivers closed orders only does not know those that are worked on.
with telling as (
    select site_key from {{ ref('fct_repair_order') }}
    where status not in ('closed', 'void', 'deleted')
    group by site_key
),

credited as (
    select items.*
    from {{ ref('core_charge_item') }} as items
    left join telling on items.site_key = telling.site_key
    where items.last_credit_date is not null and (items.ro_number is not null or telling.site_key is not null)
),

final as (
    select
        {{ tieout.compared(
            business_date='last_credit_date', drill_key='ro_key',
            document="coalesce('RO ' || ro_number, 'unknown order')", expected='least(credited, charged)',
            actual='credited', aspect="'credited'", severity="'W'",
            said="'Suppliers credited ' || cast(credited as varchar) || ' for cores of '"
            ~ " || coalesce('order ' || ro_number, 'an order that nobody knows') || ', which was charged '"
            ~ " || cast(charged as varchar) || '.'"
        ) }}
    from credited
)

select * from final
