{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'postal_area_key'}) }}

with arrived as (
    select * from {{ ref('int_postal_area') }}
)

select * from arrived
