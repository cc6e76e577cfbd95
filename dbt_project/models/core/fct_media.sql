{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'media_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_media') }}
)

select * from arrived
