{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'call_score_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_call_score') }}
)

select * from arrived
