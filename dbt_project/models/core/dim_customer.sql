{{ config(
    materialized='incremental', incremental_strategy='newer', meta={'key': 'customer_key'}
) }}

-- depends_on: {{ ref('touched_member') }}
-- depends_on: {{ ref('touched_ro') }}
with arrived as (
    select * from {{ ref('int_customer') }}
    {% if not is_incremental() %}
    -- whom facts name that name nobody
    union all
    select
        cast(-1 as bigint), cast(-1 as bigint), cast(null as varchar), '', cast(null as varchar), cast(null as varchar),
        cast(null as varchar), 'Unassigned', cast(null as varchar), cast(null as varchar), cast(null as varchar),
        cast(null as varchar), cast(null as timestamp with time zone), false, false, cast(null as varchar),
        cast(null as varchar), cast(null as varchar), cast(null as varchar), false, false, cast(null as bigint), false
    {% endif %}
)

select * from arrived
