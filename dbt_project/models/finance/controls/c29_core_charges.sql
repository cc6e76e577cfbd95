{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Suppliers credit no more cores than were charged; what is charged and not credited yet is owed by them, and no
-- difference (finance.core_charge_rollforward has it).
with credited as (
    select * from {{ ref('core_charge_item') }}
    where last_credit_date is not null
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
