{{ config(materialized='incremental', incremental_strategy='differing') }}

with reasons as (
    select void_reason_key, min(trim(void_reason)) as void_reason
    from {{ ref('fct_repair_order') }}
    where void_reason is not null
    group by void_reason_key
    union all
    select cast(-1 as bigint), 'Not told'
)

select * from reasons
