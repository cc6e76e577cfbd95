{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'ar_entry_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_ar_entry') }}
)

select * from arrived
