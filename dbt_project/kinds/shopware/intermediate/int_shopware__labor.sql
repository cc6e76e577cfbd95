with services as (
    select * from {{ ref('stg_shopware__service') }}
),

labor as (
    select * from {{ ref('stg_shopware__labor') }}
),

parts as (
    select _version, service_id, sum({{ tieout.whole_cents('quantity * sell_price_cents') }}) as cents
    from {{ ref('stg_shopware__part') }}
    where coalesce(quantity_needed, quantity) <> 0
    group by _version, service_id
),

others as (
    select _version, service_id, sum({{ tieout.whole_cents('quantity * fee_cents') }}) as cents
    from {{ ref('stg_shopware__hazmat') }}
    group by _version, service_id
    union all
    select _version, service_id, sum(price_cents) as cents
    from {{ ref('stg_shopware__sublet') }}
    group by _version, service_id
),

contained as (
    select _version, service_id, sum(cents) as cents
    from (
        select * from parts
        union all
        select * from others
    ) as items
    group by _version, service_id
),

-- the labor total that the service states; without one, what its fixed price leaves over the other items; the parts
-- above the guardrail are charged on top of that price
fixed as (
    select
        services.*,
        case
            when services.is_fixed_price_service then coalesce(
                services.fixed_price_labor_total_cents,
                services.fixed_price_cents - coalesce(contained.cents, 0)
            )
        end as labor_total_cents
    from services
    left join contained
        on services._version = contained._version
        and services.service_id = contained.service_id
),

-- a fixed labor total without a labor item still is labor
items as (
    select
        fixed.ro_id,
        fixed.service_id,
        fixed.labor_rate_cents,
        fixed.labor_total_cents,
        fixed.service_id || '-' || coalesce(labor.labor_id || '-' || labor.occurrence, 'fixed') as item_id,
        coalesce(labor.description, fixed.title) as description,
        labor.technician_id,
        labor.hours,
        coalesce(labor.is_taxable, false) as is_taxable,
        {{ tieout.landed_columns('fixed') }}
    from fixed
    left join labor
        on fixed._version = labor._version
        and fixed.service_id = labor.service_id
    where labor.labor_id is not null or coalesce(fixed.labor_total_cents, 0) <> 0
)

select * from items
