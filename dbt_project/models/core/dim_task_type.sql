{{ config(materialized='incremental', incremental_strategy='differing') }}

with types as (
    select task_type_key, task_type
    from {{ ref('fct_task') }}
    group by task_type_key, task_type
    union all
    select cast(-1 as bigint), 'Not told'
)

select * from types
