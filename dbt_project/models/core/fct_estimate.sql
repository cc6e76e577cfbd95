{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'estimate_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_estimate') }}
)

select * from arrived
