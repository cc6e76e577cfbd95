-- Items of services in one shape, amounts in cents. An id that stands twice among the parts is two lines: each has
-- its own quantity and its own price.
with parts as (
    select
        'part' as item_class,
        ro_id,
        service_id,
        'part-' || service_id || '-' || part_id || '-' || occurrence as line_id,
        description,
        part_number,
        brand,
        cast(null as varchar) as supplier_id,
        quantity,
        sell_price_cents as price_cents,
        {{ tieout.whole_cents('quantity * coalesce(sell_price_cents, 0)') }} as amount_cents,
        {{ tieout.whole_cents('quantity * cost_cents') }} as cost_cents,
        is_taxable,
        cast(null as decimal(12, 4)) as hours,
        cast(null as varchar) as technician_id,
        {{ tieout.landed_columns() }}
    from {{ ref('stg_shopware__part') }}
),

labor as (
    select
        'labor' as item_class, ro_id, service_id, 'labor-' || item_id as line_id, description,
        cast(null as varchar) as part_number, cast(null as varchar) as brand, cast(null as varchar) as supplier_id,
        hours as quantity, labor_rate_cents as price_cents, amount_cents, cast(null as bigint) as cost_cents,
        is_taxable, hours, technician_id, {{ tieout.landed_columns() }}
    from {{ ref('int_shopware__labor_share') }}
),

hazmats as (
    select
        'hazmat' as item_class, ro_id, service_id,
        'hazmat-' || service_id || '-' || hazmat_id || '-' || occurrence as line_id, description,
        cast(null as varchar) as part_number, cast(null as varchar) as brand, cast(null as varchar) as supplier_id,
        quantity, fee_cents as price_cents, {{ tieout.whole_cents('quantity * fee_cents') }} as amount_cents,
        cast(null as bigint) as cost_cents, is_taxable, cast(null as decimal(12, 4)) as hours,
        cast(null as varchar) as technician_id, {{ tieout.landed_columns() }}
    from {{ ref('stg_shopware__hazmat') }}
),

sublets as (
    select
        'sublet' as item_class, ro_id, service_id,
        'sublet-' || service_id || '-' || sublet_id || '-' || occurrence as line_id, description,
        cast(null as varchar) as part_number, cast(null as varchar) as brand, vendor_id as supplier_id,
        cast(1 as decimal(12, 4)) as quantity, price_cents, coalesce(price_cents, 0) as amount_cents, cost_cents,
        is_taxable, cast(null as decimal(12, 4)) as hours, cast(null as varchar) as technician_id,
        {{ tieout.landed_columns() }}
    from {{ ref('stg_shopware__sublet') }}
),

items as (
    select * from parts
    union all
    select * from labor
    union all
    select * from hazmats
    union all
    select * from sublets
)

select * from items
