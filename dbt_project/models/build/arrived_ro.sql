{{ config(incremental_strategy='replaced') }}

-- Repair orders of which any version arrived, the older ones that come late included, or a line of their log: both
-- belong to their history.
with arrived as (
    select ro_key from {{ ref('int_repair_order') }}
    union
    select ro_key from {{ ref('int_ro_status_event') }}
    {% if not is_incremental() %}
    limit 0
    {% endif %}
)

select * from arrived
