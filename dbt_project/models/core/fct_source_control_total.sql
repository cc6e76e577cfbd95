{{ config(
    materialized='incremental', incremental_strategy='newer', meta={'key': 'control_total_key'}
) }}

-- depends_on: {{ ref('touched_before') }}
with arrived as (
    select * from {{ ref('int_control_total') }}
)

select * from arrived
