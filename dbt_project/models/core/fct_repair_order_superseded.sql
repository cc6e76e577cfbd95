{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='version'
) }}

-- depends_on: {{ ref('arrived_ro') }}
-- depends_on: {{ ref('touched_before') }}
with arrived as (
    select * from {{ ref('int_repair_order') }}
    where version not in (select version from {{ ref('incoming_ro') }})
    {% if is_incremental() %}
    and version not in (
        select version from {{ tieout.stored('core', 'fct_repair_order') }}
        where ro_key in (select ro_key from {{ ref('arrived_ro') }})
    )
    {% endif %}
),

line_totals as (
    select _version as version, sum(net_amount) as grand_total
    from {{ ref('int_ro_line') }}
    where _version in (select version from arrived)
    group by _version
),

versions as (
    select
        arrived.version,
        arrived.ro_key,
        arrived.source_order,
        arrived.status,
        arrived.close_business_date,
        arrived.close_ts,
        {{ tieout.money('coalesce(line_totals.grand_total, 0)') }} as grand_total,
        arrived.header_total,
        arrived.recorded_ts,
        arrived.updated_by,
        arrived.is_deleted_at_source
    from arrived
    left join line_totals on arrived.version = line_totals.version
    {% if is_incremental() %}
    union all
    select
        replaced.version,
        replaced.ro_key,
        replaced.source_order,
        replaced.status,
        replaced.close_business_date,
        replaced.close_ts,
        replaced.grand_total,
        replaced.header_total,
        replaced.recorded_ts,
        replaced.updated_by,
        replaced.is_deleted_at_source
    from {{ tieout.stored('core', 'fct_repair_order') }} as replaced
    inner join {{ ref('incoming_ro') }} as incoming
        on replaced.ro_key = incoming.ro_key and replaced.version <> incoming.version
    {% endif %}
)

select * from versions
