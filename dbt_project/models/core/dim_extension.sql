{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'extension_key'}) }}

with arrived as (
    select * from {{ ref('int_extension') }}
)

select * from arrived
