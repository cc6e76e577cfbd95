{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'scheduler_session_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_scheduler_session') }}
)

select * from arrived
