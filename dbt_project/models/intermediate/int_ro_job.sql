{{ config(materialized='view') }}

with rows_of as (
    {{ tieout.union_feeds('ro_job', [
        'ro_id', 'job_id', 'title', 'category', 'presented_at', 'decision', 'decided_at', 'presented_parts',
        'presented_labor', 'presented_sublet', 'sold_amount', 'advisor_id', 'technician_id',
        'declined_reason', 'deferred_until'
    ]) }}
)

select * from rows_of
