{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'link_key'}) }}

with arrived as (
    select * from {{ ref('int_link') }}
)

select * from arrived
