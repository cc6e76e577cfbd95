{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'processor_txn_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_processor_txn') }}
)

select * from arrived
