{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'opening_balance_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_opening_balance') }}
)

select * from arrived
