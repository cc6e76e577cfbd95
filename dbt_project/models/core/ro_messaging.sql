{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set pay_types = ['customer', 'warranty', 'internal', 'other'] -%}
-- Closed orders of the pay types that the messaging metrics count (REPORTS 4), and all that was shown, asked and
-- decided on them by message. What happens to a photo or video afterwards does not undo that it was made.
with sales as (
    select
        *,
        coalesce(nullif(pay_types, ''), 'customer') as counted_pay_types,
        coalesce(pay_types, '') = '' as no_pay_type
    from {{ ref('fct_repair_order') }}
    where is_sale and not is_deleted_at_source
),

population as (
    select
        sales.*,
        coalesce(golden.golden_customer_key, sales.customer_key, -1) as golden_customer_key,
        coalesce(customers.is_internal_test, false) as is_internal_test,
        coalesce(
            nullif(trim(coalesce(customers.first_name, '') || ' ' || coalesce(customers.last_name, '')), ''),
            customers.company_name
        ) as customer
    from sales
    inner join {{ tieout.site_options({'pay_type': 'varchar', 'pay_type_match': 'varchar'}) }} as options
        on sales.site_key = options.site_key
    left join {{ ref('dim_customer') }} as customers on sales.customer_key = customers.customer_key
    left join {{ ref('bridge_customer_source') }} as golden on sales.customer_key = golden.customer_key
    where case
        when options.pay_type_match = 'exact' then
            {% for word in pay_types -%}
            {{ 'and ' if not loop.first }}{{ tieout.has_word('sales.counted_pay_types', "'" ~ word ~ "'") }}
            = {{ tieout.has_word('options.pay_type', "'" ~ word ~ "'") }}
            {% endfor -%}
        else
            {% for word in pay_types -%}
            {{ 'or ' if not loop.first }}({{ tieout.has_word('sales.counted_pay_types', "'" ~ word ~ "'") }}
            and {{ tieout.has_word('options.pay_type', "'" ~ word ~ "'") }})
            {% endfor -%}
    end
),

media_moments as (
    select ro_key, media_kind, 'made' as moment, created_ts as moment_ts from {{ ref('fct_media') }}
    union all
    select media.ro_key, media.media_kind, events.event_type, events.event_ts
    from {{ ref('fct_media_event') }} as events
    inner join {{ ref('fct_media') }} as media on events.media_key = media.media_key
    inner join population on media.ro_key = population.ro_key
    where not (population.is_internal_test and events.event_type = 'viewed' and coalesce(events.viewer, '') = 'advisor')
),

media as (
    select
        ro_key,
        count(*) filter (where media_kind = 'video' and moment = 'made') as videos_made,
        count(*) filter (where media_kind = 'video' and moment = 'sent') as video_sendings,
        count(*) filter (where media_kind = 'video' and moment = 'viewed') as video_views,
        count(*) filter (where media_kind = 'photo' and moment = 'made') as photos_made,
        count(*) filter (where media_kind = 'photo' and moment = 'sent') as photo_sendings,
        min(moment_ts) as first_ts,
        max(moment_ts) as last_ts
    from media_moments
    group by ro_key
),

requests as (
    select
        ro_key,
        count(*) as requests,
        count(*) filter (where status = 'voided') as voided_requests,
        count(paid_ts) as paid_requests,
        sum(amount) as requested,
        coalesce(sum(amount) filter (where coalesce(status, '') <> 'voided'), 0) as requested_standing,
        coalesce(sum(paid_amount) filter (where paid_ts is not null), 0) as paid,
        coalesce(sum(refunded_amount), 0) as refunded,
        sum({{ tieout.seconds_between('sent_ts', 'paid_ts') }}) as seconds_to_pay,
        least(min(sent_ts), min(paid_ts)) as first_ts,
        greatest(max(sent_ts), max(paid_ts)) as last_ts
    from {{ ref('fct_payment_request') }}
    where sent_ts is not null and not is_deleted_at_source
    group by ro_key
),

estimates as (
    select
        sent.ro_key,
        count(items.estimate_item_key) as items_sent,
        count(*) filter (where items.decision = 'approved') as items_approved,
        count(*) filter (where items.decision = 'declined') as items_declined,
        coalesce(sum(items.amount), 0) as items_amount,
        coalesce(sum(items.amount) filter (where items.decision = 'approved'), 0) as approved,
        least(min(sent.sent_ts), min(items.decided_ts)) as first_ts,
        greatest(max(sent.sent_ts), max(items.decided_ts)) as last_ts
    from {{ ref('fct_estimate') }} as sent
    left join {{ ref('fct_estimate_item') }} as items
        on sent.estimate_key = items.estimate_key and not items.is_deleted_at_source
    where sent.sent_ts is not null and not sent.is_deleted_at_source
    group by sent.ro_key
),

final as (
    select
        orders.ro_key,
        orders.site_key,
        orders.ro_number,
        orders.close_business_date,
        orders.golden_customer_key as customer_key,
        orders.customer,
        orders.is_internal_test,
        orders.counted_pay_types as pay_types,
        orders.no_pay_type,
        coalesce(media.videos_made, 0) > 0 as has_video_made,
        coalesce(media.video_sendings, 0) > 0 as has_video_sent,
        coalesce(media.video_views, 0) > 0 as has_video_viewed,
        coalesce(media.photos_made, 0) > 0 as has_photo_made,
        coalesce(media.photo_sendings, 0) > 0 as has_photo_sent,
        coalesce(media.videos_made + media.photos_made, 0) > 0 as has_media_made,
        coalesce(media.video_sendings + media.photo_sendings, 0) > 0 as has_media_sent,
        coalesce(media.video_views + media.photo_sendings, 0) > 0 as has_media_viewed,
        requests.ro_key is not null as has_request,
        coalesce(requests.paid_requests, 0) > 0 as has_request_paid,
        coalesce(requests.paid_requests > 0 and requests.paid >= requests.requested_standing, false)
            as has_request_fully_paid,
        estimates.ro_key is not null as has_estimate,
        coalesce(estimates.items_approved, 0) > 0 as has_item_approved,
        least(media.first_ts, requests.first_ts, estimates.first_ts) as first_ts,
        greatest(media.last_ts, requests.last_ts, estimates.last_ts) as last_ts,
        orders.total_ex_tax,
        {% for column in ['videos_made', 'photos_made'] -%}
        {{ tieout.count_of('coalesce(media.' ~ column ~ ', 0)') }} as {{ column }},
        {% endfor -%}
        {% for column in ['requests', 'voided_requests', 'paid_requests'] -%}
        {{ tieout.count_of('coalesce(requests.' ~ column ~ ', 0)') }} as {{ column }},
        {% endfor -%}
        {% for column in ['requested', 'paid', 'refunded'] -%}
        {{ tieout.money('coalesce(requests.' ~ column ~ ', 0)') }} as {{ column }},
        {% endfor -%}
        {{ tieout.money('coalesce(requests.paid - requests.refunded, 0)') }} as net_paid,
        cast(coalesce(requests.seconds_to_pay, 0) as bigint) as seconds_to_pay,
        {% for column in ['items_sent', 'items_approved', 'items_declined'] -%}
        {{ tieout.count_of('coalesce(estimates.' ~ column ~ ', 0)') }} as {{ column }},
        {% endfor -%}
        {{ tieout.money('coalesce(estimates.items_amount, 0)') }} as items_amount,
        {{ tieout.money('coalesce(estimates.approved, 0)') }} as approved
    from population as orders
    left join media on orders.ro_key = media.ro_key
    left join requests on orders.ro_key = requests.ro_key
    left join estimates on orders.ro_key = estimates.ro_key
)

select * from final
