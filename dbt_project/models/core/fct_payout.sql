{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'payout_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_payout') }}
)

select * from arrived
