{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'message_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_message') }}
)

select * from arrived
