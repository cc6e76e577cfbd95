{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'task_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_task') }}
)

select * from arrived
