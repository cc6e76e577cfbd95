{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'call_score') }}
),

renamed as (
    select
        call_id,
        rubric,
        criterion,
        score,
        max_score,
        passed,
        scored_by,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
