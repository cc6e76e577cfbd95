{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with final as (
    select
        orders.site_key,
        orders.close_business_date,
        orders.ro_key,
        orders.ro_number,
        participants.employee_key,
        employees.name as employee,
        participants.role,
        orders.customer_key,
        orders.customer,
        orders.is_internal_test,
        orders.pay_types,
        orders.no_pay_type,
        {% for column in ['has_video_made', 'has_video_sent', 'has_video_viewed', 'has_photo_made', 'has_photo_sent',
            'has_media_made', 'has_media_sent', 'has_media_viewed', 'has_request', 'has_request_paid',
            'has_request_fully_paid', 'has_estimate', 'has_item_approved', 'first_ts', 'last_ts', 'total_ex_tax',
            'videos_made', 'photos_made', 'requests', 'voided_requests', 'paid_requests', 'requested', 'paid',
            'refunded', 'net_paid', 'seconds_to_pay', 'items_sent', 'items_approved', 'items_declined', 'items_amount',
            'approved'] -%}
        orders.{{ column }}{{ ',' if not loop.last }}
        {% endfor -%}
    from {{ ref('ro_messaging') }} as orders
    inner join {{ ref('ro_participant') }} as participants on orders.ro_key = participants.ro_key
    left join {{ ref('dim_employee') }} as employees on participants.employee_key = employees.employee_key
)

select * from final
