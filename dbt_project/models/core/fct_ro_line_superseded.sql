{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='version'
) }}

-- depends_on: {{ ref('arrived_ro') }}
-- depends_on: {{ ref('touched_before') }}
with kept as (
    select version from {{ ref('incoming_ro') }}
    {% if is_incremental() %}
    union all
    -- what the lines' own table holds: after a killed build the orders' table may still hold the version before
    select version from {{ tieout.stored('core', 'fct_ro_line') }}
    where ro_key in (select ro_key from {{ ref('arrived_ro') }})
    {% endif %}
),

versions as (
    select
        _version as version,
        _key as ro_line_key,
        _parent_key as ro_key,
        line_id as source_entity_id,
        line_type,
        description,
        department,
        part_number,
        brand,
        op_code,
        quantity,
        coalesce(discount_amount, {{ tieout.money('0') }}) as line_discount,
        net_amount
    from {{ ref('int_ro_line') }}
    where _version not in (select version from kept)
    {% if is_incremental() %}
    union all
    select
        lines.version,
        lines.ro_line_key,
        lines.ro_key,
        lines.source_entity_id,
        lines.line_type,
        lines.description,
        lines.department,
        lines.part_number,
        lines.brand,
        lines.op_code,
        lines.quantity,
        lines.line_discount,
        -- on a line of goods the memo is 0; on a discount's own line the other two are 0 or each other's opposite
        {{ tieout.money('lines.extended_net + lines.ro_discount + lines.memo_amount') }} as net_amount
    from {{ tieout.stored('core', 'fct_ro_line') }} as lines
    inner join {{ ref('incoming_ro') }} as incoming
        on lines.ro_key = incoming.ro_key and lines.version <> incoming.version
    {% endif %}
)

select * from versions
