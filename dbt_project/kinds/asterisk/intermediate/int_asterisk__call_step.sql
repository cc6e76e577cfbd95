-- The way of each inbound call, read where the connection logs it best.
with told as (
    select call_id, node_type, label, entered_at, exited_at, exit_reason, rank, {{ tieout.landed_columns() }}
    from {{ ref('int_asterisk__cdr_step') }}
    union all
    select call_id, node_type, label, entered_at, exited_at, exit_reason, rank, {{ tieout.landed_columns() }}
    from {{ ref('int_asterisk__event_step') }}
),

steps as (
    {{ tieout.numbered_steps('told') }}
)

select * from steps
