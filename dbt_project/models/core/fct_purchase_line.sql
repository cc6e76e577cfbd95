{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'purchase_line_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_purchase_line') }}
)

select * from arrived
