{{ config(materialized='incremental', incremental_strategy='differing') }}

-- Codes are each system's own. Of the texts that its lines have, the first by the alphabet: which line came last says
-- nothing.
with codes as (
    select source_connection_key, op_code, min(description) as description
    from {{ ref('fct_ro_line') }}
    where op_code is not null and line_type = 'labor'
    group by source_connection_key, op_code
),

keyed as (
    select
        {{ tieout.dim_key(['source_connection_key', 'op_code']) }} as labor_op_key,
        source_connection_key,
        op_code,
        description
    from codes
    union all
    select cast(-1 as bigint), cast(-1 as bigint), cast(null as varchar), 'Not told'
)

select * from keyed
