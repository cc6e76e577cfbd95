-- The labor total of a fixed-price service falls on its items by their hours, largest remainder first; equal where
-- they have no hours.
with labor as (
    select * from {{ ref('int_shopware__labor') }}
),

weighed as (
    select
        labor.*,
        case
            when sum(abs(coalesce(hours, 0))) over (partition by _version, service_id) = 0 then 1
            else cast(abs(coalesce(hours, 0)) * 10000 as bigint)
        end as weight
    from labor
),

totalled as (
    select weighed.*, sum(weight) over (partition by _version, service_id) as weight_total
    from weighed
),

cut as (
    select
        totalled.*,
        {{ tieout.whole_share('abs(coalesce(labor_total_cents, 0))', 'weight', 'weight_total') }} as whole_cents,
        {{ tieout.share_remainder('abs(coalesce(labor_total_cents, 0))', 'weight', 'weight_total') }} as remainder
    from totalled
),

ranked as (
    select
        cut.*,
        row_number() over (partition by _version, service_id order by remainder desc, item_id asc) as place,
        abs(coalesce(labor_total_cents, 0)) - sum(whole_cents) over (partition by _version, service_id) as left_over
    from cut
),

priced as (
    select
        ranked.*,
        case
            when labor_total_cents is not null
                then {{ tieout.minus_or_plus('labor_total_cents') }}
                    * (whole_cents + case when place <= left_over then 1 else 0 end)
            else {{ tieout.whole_cents('coalesce(hours, 0) * coalesce(labor_rate_cents, 0)') }}
        end as amount_cents
    from ranked
)

select * from priced
