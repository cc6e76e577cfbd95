-- What each class of items of an order comes to before and after its discount, and what of it is taxed. The part of a
-- discount that lowers the taxed base is in proportion where only some items of the class are taxable.
with orders as (
    select * from {{ ref('stg_shopware__repair_order') }}
),

sums as (
    select
        _version,
        item_class,
        sum(amount_cents) as cents,
        sum(case when is_taxable then amount_cents else 0 end) as taxable_cents
    from {{ ref('int_shopware__item') }}
    group by _version, item_class
),

offered as (
    select
        sums.item_class,
        sums.cents,
        sums.taxable_cents,
        case item_class when 'part' then orders.part_discount_cents when 'labor' then orders.labor_discount_cents end
            as stated_cents,
        case item_class
            when 'part' then orders.part_discount_percentage when 'labor' then orders.labor_discount_percentage
        end as percentage,
        case
            when orders.is_taxable is false then 0
            when item_class = 'part' then orders.part_tax_rate
            when item_class = 'labor' then orders.labor_tax_rate
            when item_class = 'hazmat' then orders.hazmat_tax_rate
            when item_class = 'sublet' then orders.sublet_tax_rate
        end as rate_percent,
        orders.ro_id,
        {{ tieout.landed_columns('orders') }}
    from sums
    inner join orders on sums._version = orders._version
),

discounted as (
    select
        offered.*,
        coalesce(
            stated_cents,
            {{ tieout.whole_cents('cast(cents as decimal(14, 0)) * percentage * cast(0.01 as decimal(3, 2))') }},
            0
        ) as discount_cents
    from offered
),

based as (
    select
        discounted.*,
        taxable_cents - {{ tieout.signed_share('discount_cents', 'taxable_cents', 'cents') }} as base_cents
    from discounted
)

select * from based
