{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'estimate_item_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_estimate_item') }}
)

select * from arrived
