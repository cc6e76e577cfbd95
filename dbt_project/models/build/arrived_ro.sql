{{ config(incremental_strategy='replaced') }}

-- Repair orders of which any version arrived, the older ones that come late included: they belong to its history.
with arrived as (
    select distinct ro_key
    from {{ ref('int_repair_order') }}
    {% if not is_incremental() %}
    where false
    {% endif %}
)

select * from arrived
