{{ config(materialized='view') }}

with rows_of as (
    {{ tieout.union_feeds('call', [
        'call_id', 'site', 'direction', 'from_number', 'to_number', 'started_at', 'answered_at', 'ended_at', 'status',
        'entry_point', 'extension', 'employee_id', 'is_spam', 'recording_id'
    ]) }}
),

keyed as (
    select
        rows_of._key as call_key,
        rows_of._version as version,
        rows_of._order as source_order,
        rows_of._row_hash as source_row_hash,
        rows_of._is_deleted as is_deleted_at_source,
        coalesce(sites.site_key, -1) as origin_site_key,
        {{ tieout.dim_key(['rows_of._connection']) }} as source_connection_key,
        rows_of.call_id as source_entity_id,
        rows_of.direction,
        rows_of.from_number as from_e164,
        rows_of.to_number as to_did,
        rows_of.started_at as start_ts,
        rows_of.answered_at as answer_ts,
        rows_of.ended_at as end_ts,
        rows_of.status,
        rows_of.entry_point,
        rows_of.extension,
        {{ tieout.ref_key('rows_of._connection', 'rows_of.employee_id') }} as first_answer_employee_key,
        coalesce(rows_of.is_spam, false) as is_spam,
        rows_of.recording_id
    from rows_of
    left join {{ ref('int_site_source') }} as sites
        on rows_of._connection = sites.connection
        and rows_of.site = sites.source_site_id
        and cast(rows_of.started_at as date) between sites.valid_from and sites.valid_to
)

select * from keyed
