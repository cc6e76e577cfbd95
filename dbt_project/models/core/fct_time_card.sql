{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'time_card_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_time_card') }}
)

select * from arrived
