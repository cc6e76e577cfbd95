{#- How orders come into work and leave it (REPORTS 3D.9), for the reports and roll-forwards of what stands open. -#}

{% macro in_work() -%}
    ('open', 'on_hold', 'finished')
{%- endmacro %}

{#- What an order's state was before each of its events: as the event says, else as the event before left it. -#}
{% macro ro_transitions() -%}
    select
        orders.site_key,
        orders.ro_key,
        orders.ro_number,
        cast(
            {{ tieout.wall_clock('happened.event_ts', 'sites.iana_tz') }}
            - sites.day_cutoff_minutes * interval '1 minute' as date
        ) as business_date,
        coalesce(happened.from_status, lag(happened.to_status) over in_order, 'none') as from_status,
        happened.to_status,
        row_number() over in_order as place
    from {{ ref('fct_ro_status_event') }} as happened
    inner join {{ ref('fct_repair_order') }} as orders on happened.ro_key = orders.ro_key
    inner join {{ ref('dim_site') }} as sites on orders.site_key = sites.site_key
    where not happened.is_deleted_at_source and not orders.is_deleted_at_source
    window in_order as (
        partition by happened.ro_key order by happened.event_ts, happened.source_order, happened.source_entity_id
    )
{%- endmacro %}

{#- What an event moves: 0 or 1 each. -#}
{% macro ro_movements(transitions) -%}
    {%- set from_status = transitions ~ '.from_status' -%}
    {%- set to_status = transitions ~ '.to_status' -%}
    case
        when {{ from_status }} not in ('open', 'on_hold', 'finished', 'closed', 'void') then 1 else 0
    end
    * case when {{ to_status }} in ('open', 'on_hold', 'finished', 'closed') then 1 else 0 end as opened,
    case
        when {{ from_status }} not in ('closed', 'void') and {{ to_status }} = 'closed' then 1 else 0
    end as closed_events,
    case
        when {{ from_status }} in {{ tieout.in_work() }} and {{ to_status }} in ('void', 'deleted') then 1 else 0
    end as voided,
    case
        when {{ from_status }} in ('closed', 'void') and {{ to_status }} in {{ tieout.in_work() }} then 1 else 0
    end as reopened
{%- endmacro %}
