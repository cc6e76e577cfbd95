{{ config(
    materialized='incremental', incremental_strategy='newer', meta={'key': 'customer_key'}
) }}

-- depends_on: {{ ref('touched_ro') }}
with arrived as (
    select * from {{ ref('int_customer') }}
)

select * from arrived
