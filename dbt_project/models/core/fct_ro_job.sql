{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'incoming_ro'}
) }}

-- depends_on: {{ ref('touched_before') }}
with jobs as (
    select
        jobs_of._key as ro_job_key,
        documents.ro_key,
        documents.site_key,
        {{ tieout.dim_key(['documents._connection']) }} as source_connection_key,
        jobs_of.job_id as source_entity_id,
        jobs_of.title,
        jobs_of.category,
        jobs_of.presented_at as presented_ts,
        jobs_of.decision,
        jobs_of.decided_at as decision_ts,
        coalesce(jobs_of.presented_parts, {{ tieout.money('0') }}) as presented_parts,
        coalesce(jobs_of.presented_labor, {{ tieout.money('0') }}) as presented_labor,
        coalesce(jobs_of.presented_sublet, {{ tieout.money('0') }}) as presented_sublet,
        jobs_of.sold_amount,
        {{ tieout.ref_key('documents._connection', 'jobs_of.advisor_id') }} as advisor_key,
        {{ tieout.ref_key('documents._connection', 'jobs_of.technician_id') }} as tech_key,
        jobs_of.declined_reason,
        jobs_of.deferred_until
    from {{ ref('int_ro_job') }} as jobs_of
    inner join {{ ref('incoming_ro') }} as documents on jobs_of._version = documents.version
)

select * from jobs
