{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'payment_request_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_payment_request') }}
)

select * from arrived
