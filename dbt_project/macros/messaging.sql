{#- The messaging metrics (REPORTS 4): each subject is counted per person, and per shop alone in its `progress` twin. A
    subject is `flags` (orders counted where a flag of core.ro_messaging holds), `sums` of its columns, and what a
    reader gets of them. An order counts for each of its participants, and once in its shop and in the total. -#}

{#- Orders with those of their participants that are to be seen. Where a reader chose a role, an order without one of
    that role counts in the totals only if the option says that a role does not narrow them. -#}
{% macro messaging_behind(subject, people, orders, options, by_user=false) -%}
    {%- set measures = (subject['flags'].values() | list + subject['sums']) | unique | list -%}
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        {%- if by_user %}
        levels.level,
        counted.employee_key,
        {%- endif %}
        counted.ro_key,
        counted.ro_number,
        counted.close_business_date as business_date,
        counted.customer,
        counted.ro_key as ros
        {%- for column, flag in subject['flags'].items() %},
        case when counted.{{ flag }} then counted.ro_key end as {{ column }}
        {%- endfor %}
        {%- for column in subject['sums'] %},
        counted.{{ column }}
        {%- endfor %}
        {%- if by_user %},
        case when levels.level <> 'detail' then counted.participants - 1 end as participant_surplus
        {%- endif %}
    from (
        select
            orders.site_key, orders.ro_key, orders.ro_number, orders.customer, orders.close_business_date,
            {%- for column in measures %}
            orders.{{ column }},
            {%- endfor %}
            coalesce(people.employee_key, -1) as employee_key,
            people.ro_key is null as is_hidden,
            count(*) over (partition by orders.ro_key) as participants,
            row_number() over (partition by orders.ro_key order by people.employee_key) as place
        from {{ orders }} as orders
        inner join {{ options }} as options
            on orders.site_key = options.site_key
        left join {{ people }} as people on orders.ro_key = people.ro_key
        where people.ro_key is not null or not options.role_filters_total
    ) as counted
    inner join days on counted.site_key = days.site_key and counted.close_business_date = days.business_date
    {%- if by_user %}
    inner join {{ tieout.levels() }} as levels
        on (levels.level <> 'detail' and counted.place = 1) or (levels.level = 'detail' and not counted.is_hidden)
    {%- else %}
    where counted.place = 1
    {%- endif %}
{%- endmacro %}

{#- Per person from the rows of people, per shop and over all shops from those of orders. -#}
{% macro messaging_rolled(subject, by_user=false) -%}
    {%- set distincts = ['ros'] + subject['flags'] | list -%}
    {%- set lacks = {'messaging': 'messaging'} -%}
    {%- if by_user %}
    select *
    from (
        {{ tieout.rolled(
            keys=['employee_key'], columns=['level', 'participant_surplus'] + distincts + subject['sums'],
            aggregates=tieout.levelled('employee_key', subject['sums'] + ['participant_surplus'], distincts), lacks=lacks
        ) }}
    ) as levelled
    where row_type <> 'detail' or ros > 0
    {%- else %}
    {{ tieout.rolled(distincts=distincts, sums=subject['sums'], lacks=lacks) }}
    {%- endif %}
{%- endmacro %}

{#- What a reader gets. Without a messaging source nobody knows whether anything was sent: NULL, not 0. -#}
{% macro messaging_final(subject, by_user=false) -%}
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        {%- if by_user %}
        rolled.employee_key,
        employees.name as employee,
        {%- endif %}
        {{ tieout.count_of('rolled.ros') }} as ros,
        {%- for column, value in subject['columns'].items() %}
        {{ tieout.unless_lacking('messaging', value) }} as {{ column }},
        {%- endfor %}
        {%- if by_user %}
        {{ tieout.unless_lacking(
            'messaging', tieout.count_of("case when rolled.row_type <> 'detail' then rolled.participant_surplus end")
        ) }} as participant_surplus,
        {%- endif %}
        {{ tieout.null_reason('messaging', 'no_messaging_source') }} as null_reason,
        {{ tieout.count_of('rolled.messaging_missing') }} as sites_missing
    from rolled
    {%- if by_user %}
    left join {{ ref('dim_employee') }} as employees on rolled.employee_key = employees.employee_key
    {%- endif %}
{%- endmacro %}

{#- Video and photo alone or together: how many orders have it, of all and of those of the step before. -#}
{% macro shown_steps(medium, steps) -%}
    {%- set columns = {} -%}
    {%- for step in steps -%}
        {%- do columns.update({'ros_' ~ medium ~ '_' ~ step: tieout.count_of('rolled.ros_' ~ medium ~ '_' ~ step)}) -%}
    {%- endfor -%}
    {%- for step in steps -%}
        {%- do columns.update({step ~ '_pct': tieout.ratio('rolled.ros_' ~ medium ~ '_' ~ step, 'rolled.ros')}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{% macro shown_flags(medium, steps) -%}
    {%- set flags = {} -%}
    {%- for step in steps -%}
        {%- do flags.update({'ros_' ~ medium ~ '_' ~ step: 'has_' ~ medium ~ '_' ~ step}) -%}
    {%- endfor -%}
    {{ return(flags) }}
{%- endmacro %}

{% macro ro_video_subject() -%}
    {%- set steps = ['made', 'sent', 'viewed'] -%}
    {%- set columns = tieout.shown_steps('video', steps) -%}
    {%- do columns.update({
        'sent_of_made': tieout.ratio('rolled.ros_video_sent', 'rolled.ros_video_made'),
        'viewed_of_sent': tieout.ratio('rolled.ros_video_viewed', 'rolled.ros_video_sent'),
        'videos_made': tieout.count_of('rolled.videos_made'),
    }) -%}
    {{ return({'flags': tieout.shown_flags('video', steps), 'sums': ['videos_made'], 'columns': columns}) }}
{%- endmacro %}

{% macro ro_photo_subject() -%}
    {%- set steps = ['made', 'sent'] -%}
    {{ return({
        'flags': tieout.shown_flags('photo', steps), 'sums': [], 'columns': tieout.shown_steps('photo', steps)
    }) }}
{%- endmacro %}

{% macro ro_media_subject() -%}
    {%- set steps = ['made', 'sent', 'viewed'] -%}
    {{ return({
        'flags': tieout.shown_flags('media', steps), 'sums': [], 'columns': tieout.shown_steps('media', steps)
    }) }}
{%- endmacro %}

{% macro ro_payment_request_subject() -%}
    {{ return({
        'flags': {
            'ros_with_request': 'has_request', 'ros_paid': 'has_request_paid', 'ros_fully_paid': 'has_request_fully_paid'
        },
        'sums': [
            'requests', 'voided_requests', 'paid_requests', 'requested', 'paid', 'refunded', 'net_paid', 'seconds_to_pay'
        ],
        'columns': {
            'ros_with_request': tieout.count_of('rolled.ros_with_request'),
            'ros_paid': tieout.count_of('rolled.ros_paid'),
            'paid_pct': tieout.ratio('rolled.ros_paid', 'rolled.ros_with_request'),
            'request_rate': tieout.ratio('rolled.ros_with_request', 'rolled.ros'),
            'requests': tieout.count_of('rolled.requests'),
            'voided_requests': tieout.count_of('rolled.voided_requests'),
            'requested': tieout.money('rolled.requested'),
            'paid': tieout.money('rolled.paid'),
            'refunded': tieout.money('rolled.refunded'),
            'net_paid': tieout.money('rolled.net_paid'),
            'ros_fully_paid': tieout.count_of('rolled.ros_fully_paid'),
            'avg_hours_to_pay': tieout.per('rolled.seconds_to_pay', '(rolled.paid_requests * 3600)'),
        },
    }) }}
{%- endmacro %}

{% macro ro_estimate_subject() -%}
    {{ return({
        'flags': {'ros_sent_estimate': 'has_estimate', 'ros_any_approved': 'has_item_approved'},
        'sums': ['items_sent', 'items_approved', 'items_declined', 'items_amount', 'approved'],
        'columns': {
            'ros_sent_estimate': tieout.count_of('rolled.ros_sent_estimate'),
            'items_sent': tieout.count_of('rolled.items_sent'),
            'items_approved': tieout.count_of('rolled.items_approved'),
            'items_declined': tieout.count_of('rolled.items_declined'),
            'approval_rate': tieout.ratio('rolled.items_approved', 'rolled.items_sent'),
            'approved': tieout.money('rolled.approved'),
            'approved_amount_pct': tieout.ratio('rolled.approved', 'rolled.items_amount'),
            'ros_any_approved': tieout.count_of('rolled.ros_any_approved'),
        },
    }) }}
{%- endmacro %}

{% macro ro_with_videos_subject() -%}
    {{ return({
        'flags': {
            'ros_with_video': 'has_video_made', 'ros_video_sent': 'has_video_sent', 'ros_video_viewed': 'has_video_viewed'
        },
        'sums': [],
        'columns': {
            'ros_with_video': tieout.count_of('rolled.ros_with_video'),
            'made_pct': tieout.ratio('rolled.ros_with_video', 'rolled.ros'),
            'sent_pct': tieout.ratio('rolled.ros_video_sent', 'rolled.ros'),
            'viewed_pct': tieout.ratio('rolled.ros_video_viewed', 'rolled.ros'),
            'sent_of_made': tieout.ratio('rolled.ros_video_sent', 'rolled.ros_with_video'),
            'viewed_of_made': tieout.ratio('rolled.ros_video_viewed', 'rolled.ros_with_video'),
        },
    }) }}
{%- endmacro %}
