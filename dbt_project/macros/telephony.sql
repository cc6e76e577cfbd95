{#- What telephone systems have in common: contexts whose meaning the settings say, directions told by numbers. -#}

{#- The patterns of the settings that the contexts of `relation` fit (a trailing `*` stands for anything), best first:
    of one row the longest, of a call (`partition` by its version) that of its earliest row. -#}
{% macro matched_contexts(relation, column_name, partition, ordering='') -%}
    select
        rows_of._version,
        rows_of.row_id,
        patterns.canonical,
        row_number() over (
            partition by {{ partition }} order by {{ ordering }} length(patterns.raw) desc, patterns.raw asc
        ) as place
    from {{ relation }} as rows_of
    inner join {{ source('config', 'value_map') }} as patterns
        on rows_of._connection = patterns.connection
        and patterns.table_name = 'context'
        and patterns.column_name = '{{ column_name }}'
        and rows_of.context like replace(patterns.raw, '*', '%')
{%- endmacro %}

{#- in, out or internal, seen from the shop: as the context says, else by the lengths of the two numbers. -#}
{% macro call_direction(way, caller_digits, called_digits) -%}
    case
        when {{ way }} in ('in', 'out') then {{ way }}
        when length({{ called_digits }}) < 7 or {{ called_digits }} is null then
            case when {{ way }} is null and length({{ caller_digits }}) >= 7 then 'in' else 'internal' end
        when {{ way }} = 'internal' or coalesce(length({{ caller_digits }}), 0) < 7 then 'out'
        else 'in'
    end
{%- endmacro %}

{#- A number in E.164; what is none (an extension, seven local digits) stays its digits, a name is no number. -#}
{% macro number_or_digits(number, digits) -%}
    coalesce({{ number }}, nullif({{ digits }}, ''))
{%- endmacro %}

{#- Steps of calls in order, with a last one where the caller hung up in a menu or while a group rang. `relation` has
    call_id, node_type, label, entered_at, exited_at, exit_reason, rank (of steps at one instant), landed columns. -#}
{% macro numbered_steps(relation) -%}
    select
        call_id,
        row_number() over (partition by _version order by entered_at, rank, label) as seq,
        node_type, label, entered_at, exited_at, exit_reason,
        {{ tieout.landed_columns() }},
        coalesce(_parent_key, _key) as document_key
    from (
        select call_id, node_type, label, entered_at, exited_at, exit_reason, rank, {{ tieout.landed_columns() }}
        from {{ relation }}
        union all
        select
            call_id, 'hangup' as node_type, 'caller' as label, exited_at as entered_at, exited_at,
            'hangup' as exit_reason, 9 as rank, {{ tieout.landed_columns() }}
        from {{ relation }}
        where node_type in ('ring_group', 'ivr') and exit_reason in ('abandoned', 'hangup')
    ) as every_step
{%- endmacro %}

{#- Of each device that rang, the one that had the caller before it rang (`place` 1): so a call is handed on. -#}
{% macro handed_on(relation) -%}
    select
        later._version, later.device, earlier.device as from_device,
        row_number() over (
            partition by later._version, later.device order by earlier.answered_at desc, earlier.device asc
        ) as place
    from {{ relation }} as later
    inner join {{ relation }} as earlier
        on later._version = earlier._version
        and later.device <> earlier.device
        and later.started_at >= earlier.answered_at
        and later.started_at > earlier.started_at
{%- endmacro %}

{#- The name in an address of a phone: sip:101@shop.example and client:101 are 101; a telephone number is none. -#}
{% macro address_name(address) -%}
    case
        when {{ address }} like 'sip:%' or {{ address }} like 'client:%'
            then split_part(split_part({{ address }}, ':', 2), '@', 1)
    end
{%- endmacro %}

{#- The end of what began at `start` and took so many milliseconds, or else seconds. -#}
{% macro plus_seconds(start, seconds, milliseconds) -%}
    {{ start }} + coalesce(
        {{ milliseconds }} * interval '1 millisecond', {{ seconds }} * interval '1 second', interval '0 seconds'
    )
{%- endmacro %}

{#- Legs of a switch's calls, one row per version: who answered first (else who rang first), and how many were busy or
    failed. -#}
{% macro legs_of_calls(legs) -%}
    select
        _version,
        count(*) as legs,
        min(answered_at) as answered_at,
        max(case when place = 1 then extension end) as first_extension,
        sum(case when result = 'busy' then 1 else 0 end) as busy_legs,
        sum(case when result = 'failed' then 1 else 0 end) as failed_legs
    from (
        select
            *,
            row_number() over (
                partition by _version
                order by case when answered_at is null then 1 else 0 end, answered_at, started_at, leg_id
            ) as place
        from {{ legs }}
    ) as ordered_legs
    group by _version
{%- endmacro %}
