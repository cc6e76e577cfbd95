{{ config(
    materialized='incremental', incremental_strategy='newer', meta={'key': 'employee_key'}
) }}

-- depends_on: {{ ref('touched_member') }}
-- depends_on: {{ ref('touched_ro') }}
with arrived as (
    select * from {{ ref('int_employee') }}
    {% if not is_incremental() %}
    -- whom facts name that name nobody
    union all
    select
        cast(-1 as bigint), cast(-1 as bigint), cast(null as varchar), '', cast(null as varchar), 'Unassigned',
        cast(null as varchar), cast(null as varchar), cast(null as decimal(14, 2)), true, false
    {% endif %}
)

select * from arrived
