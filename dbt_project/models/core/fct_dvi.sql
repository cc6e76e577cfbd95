{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'dvi_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_inspection') }}
)

select * from arrived
