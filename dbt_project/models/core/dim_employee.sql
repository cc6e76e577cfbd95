{{ config(
    materialized='incremental', incremental_strategy='newer', meta={'key': 'employee_key'}
) }}

-- depends_on: {{ ref('touched_ro') }}
with arrived as (
    select * from {{ ref('int_employee') }}
)

select * from arrived
