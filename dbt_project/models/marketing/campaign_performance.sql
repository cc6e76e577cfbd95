{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set row = [
    'site_key', 'period_grain', 'period_start', 'period_end', 'level', 'campaign_key', 'touch_key', 'business_date',
    'recipient'
] -%}
{% set sent = ['sent', 'delivered', 'failed', 'opens', 'unique_clicks', 'replies', 'opt_outs', 'cost'] -%}
{% set won = ['ro_key', 'ro_number', 'appointments', 'attributed_ros', 'attributed_sales', 'attributed_gp'] -%}
with days as (
    {{ tieout.reported_days() }}
),

touches as (
    select
        touched.*,
        coalesce(golden.golden_customer_key, touched.customer_key) as golden_customer_key,
        campaigns.channel,
        case
            when touched.failed_ts is null
                then coalesce(touched.delivered_ts, case when campaigns.channel = 'print' then touched.sent_ts end)
        end as delivery_ts,
        options.campaign_window_days * interval '1 day' as credited_for
    from {{ ref('fct_campaign_touch') }} as touched
    inner join {{ tieout.site_options({'campaign_window_days': 'integer'}) }} as options
        on touched.site_key = options.site_key
    left join {{ ref('dim_campaign') }} as campaigns on touched.campaign_key = campaigns.campaign_key
    left join {{ ref('bridge_customer_source') }} as golden on touched.customer_key = golden.customer_key
    where not touched.is_deleted_at_source
),

-- whoever had a car in the shop when it was sent would have come anyway
visiting as (
    select distinct touches.campaign_touch_key
    from touches
    inner join {{ ref('bridge_customer_source') }} as golden
        on touches.golden_customer_key = golden.golden_customer_key
    inner join {{ ref('fct_repair_order') }} as orders
        on golden.customer_key = orders.customer_key and touches.sent_ts >= orders.open_ts
    where {{ tieout.came_in('orders') }}
    and touches.golden_customer_key <> -1
    and (
        orders.close_ts > touches.sent_ts
        or (
            orders.close_ts is null
            and coalesce(orders.close_business_date > touches.sent_business_date, not orders.is_closed)
        )
    )
),

reaching as (
    select * from touches
    where delivery_ts is not null and golden_customer_key <> -1
    and campaign_touch_key not in (select campaign_touch_key from visiting)
),

-- what a touch may have brought: orders opened and appointments made within its window
results as (
    select
        'order' as result,
        ro_key as result_key,
        golden_customer_key,
        open_ts as happened_ts
    from {{ ref('visited_sale') }}
    where not is_refund
    union all
    select 'appointment', booked.appointment_key, golden.golden_customer_key, booked.created_ts
    from {{ ref('fct_appointment') }} as booked
    inner join {{ ref('bridge_customer_source') }} as golden on booked.customer_key = golden.customer_key
    where not booked.is_deleted_at_source
),

candidates as (
    select
        results.result,
        results.result_key,
        reaching.campaign_touch_key,
        row_number() over (
            partition by results.result, results.result_key
            order by reaching.delivery_ts desc, reaching.source_entity_id desc
        ) as last_place,
        row_number() over (
            partition by results.result, results.result_key
            order by reaching.delivery_ts asc, reaching.source_entity_id asc
        ) as first_place,
        row_number() over (
            partition by results.result, results.result_key, reaching.campaign_key
            order by reaching.delivery_ts desc, reaching.source_entity_id desc
        ) as any_place
    from results
    inner join reaching
        on results.golden_customer_key = reaching.golden_customer_key
        and results.happened_ts >= reaching.delivery_ts
        and results.happened_ts <= reaching.delivery_ts + reaching.credited_for
),

credited as (
    select result, result_key, campaign_touch_key
    from candidates
    where case {{ tieout.option('attribution_model', 'varchar') }}
        when 'first' then first_place
        when 'any' then any_place
        else last_place
    end = 1
),

-- a refund takes back what its original brought
money as (
    select ro_key as result_key, ro_key, ro_number, ro_key as counted_key, total_ex_tax, gross_profit
    from {{ ref('visited_sale') }}
    where not is_refund
    union all
    select refund_of_ro_key, ro_key, ro_number, cast(null as uuid), total_ex_tax, gross_profit
    from {{ ref('visited_sale') }}
    where is_refund and refund_of_ro_key is not null
),

placed as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        levels.level,
        touches.campaign_key,
        touches.campaign_touch_key as touch_key,
        touches.sent_business_date as business_date,
        touches.recipient,
        1 as sent,
        case when touches.delivered_ts is not null then 1 end as delivered,
        case when touches.failed_ts is not null then 1 end as failed,
        case when touches.channel = 'email' and touches.opened_ts is not null then 1 end as opens,
        case when touches.clicked_ts is not null then 1 end as unique_clicks,
        case when touches.replied_ts is not null then 1 end as replies,
        case when touches.opted_out_ts is not null then 1 end as opt_outs,
        touches.cost
    from touches
    inner join days on touches.site_key = days.site_key and touches.sent_business_date = days.business_date
    cross join {{ tieout.levels() }} as levels
),

brought as (
    select
        placed.site_key,
        placed.period_grain,
        placed.period_start,
        placed.period_end,
        placed.level,
        placed.campaign_key,
        placed.touch_key,
        placed.business_date,
        placed.recipient,
        money.ro_key,
        money.ro_number,
        case when credited.result = 'appointment' then credited.result_key end as appointments,
        money.counted_key as attributed_ros,
        money.total_ex_tax as attributed_sales,
        money.gross_profit as attributed_gp,
        -- under the model `any` an order is in several campaigns, and once in what they are together
        row_number() over (
            partition by
                credited.result, credited.result_key, money.ro_key,
                placed.period_grain, placed.period_start, placed.level,
                case when placed.level <> 'total' then placed.site_key end,
                case when placed.level = 'detail' then placed.campaign_key end
            order by placed.business_date asc, placed.touch_key asc
        ) as place
    from credited
    inner join placed on credited.campaign_touch_key = placed.touch_key
    left join money on credited.result = 'order' and credited.result_key = money.result_key
),

won as (
    select * from brought
    where place = 1
),

behind as (
    {{ tieout.stacked(row + sent + won, {'placed': row + sent, 'won': row + won}) }}
),

rolled as (
    {{ tieout.rolled(
        keys=['campaign_key'], columns=['level'] + sent + won,
        aggregates=tieout.levelled(
            'campaign_key', sent + ['attributed_sales', 'attributed_gp'], ['appointments', 'attributed_ros']
        ), lacks={'marketing': 'marketing'}
    ) }}
),

final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        rolled.campaign_key,
        campaigns.name as campaign,
        campaigns.channel,
        {% for column in sent | reject('eq', 'cost') -%}
        {{ tieout.unless_lacking('marketing', tieout.count_of('rolled.' ~ column)) }} as {{ column }},
        {% endfor -%}
        {{ tieout.ratio('rolled.delivered', 'rolled.sent') }} as delivery_rate,
        {{ tieout.ratio('rolled.unique_clicks', 'rolled.delivered') }} as click_rate,
        {{ tieout.ratio('rolled.replies', 'rolled.delivered') }} as reply_rate,
        {{ tieout.ratio('rolled.opt_outs', 'rolled.delivered') }} as opt_out_rate,
        {% for column in ['appointments', 'attributed_ros'] -%}
        {{ tieout.unless_lacking('marketing', tieout.count_of('rolled.' ~ column)) }} as {{ column }},
        {% endfor -%}
        {% for column in ['attributed_sales', 'attributed_gp', 'cost'] -%}
        {{ tieout.money(tieout.unless_lacking('marketing', 'rolled.' ~ column)) }} as {{ column }},
        {% endfor -%}
        {{ tieout.ratio('(rolled.attributed_gp - rolled.cost)', 'rolled.cost') }} as roi,
        {{ tieout.per('rolled.cost', 'rolled.attributed_ros') }} as cost_per_ro,
        {{ tieout.ratio('rolled.attributed_ros', 'rolled.sent') }} as closing_ratio,
        {{ tieout.null_reason('marketing', 'no_marketing_source') }} as null_reason,
        {{ tieout.count_of('rolled.marketing_missing') }} as sites_missing
    from rolled
    left join {{ ref('dim_campaign') }} as campaigns on rolled.campaign_key = campaigns.campaign_key
)

select * from final
