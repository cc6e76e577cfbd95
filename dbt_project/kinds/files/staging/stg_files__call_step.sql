with source as (
    select * from {{ source('files', 'call_step') }}
),

renamed as (
    select
        call_id,
        seq,
        node_type,
        label,
        entered_at,
        exited_at,
        exit_reason,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
