{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'link_click_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_link_click') }}
)

select * from arrived
