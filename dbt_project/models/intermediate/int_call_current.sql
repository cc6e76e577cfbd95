{{ config(materialized='view') }}

-- Newest version of every call that this build takes in.
with calls as (
    select *, call_key as _key, source_order as _order
    from {{ ref('int_call') }}
),

newest as (
    {{ tieout.newest('calls', entity='call') }}
),

final as (
    select {{ tieout.call_columns() | join(', ') }}
    from newest
)

select * from final
