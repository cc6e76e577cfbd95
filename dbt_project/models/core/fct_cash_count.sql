{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'cash_count_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_cash_count') }}
)

select * from arrived
