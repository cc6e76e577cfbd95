{{ config(materialized='view') }}

with rows_of as (
    {{ tieout.union_feeds('tender', [
        'tender_id', 'site', 'ro_id', 'customer_id', 'kind', 'method', 'method_name', 'amount', 'business_date',
        'recorded_at', 'reference', 'auth_code', 'processor_txn_id', 'applied_to_ro_id', 'taken_by_id', 'is_void',
        'voids_tender_id', 'updated_at'
    ]) }}
),

mapped as (
    select
        rows_of.*,
        coalesce(kind_map.canonical, rows_of.kind) as canonical_kind,
        coalesce(method_map.canonical, rows_of.method) as canonical_method,
        sites.site_key,
        sites.day_cutoff_minutes,
        recorded.offset_minutes as recorded_offset
    from rows_of
    {{ tieout.mapped('tender', 'kind', 'kind_map') }}
    {{ tieout.mapped('tender', 'method', 'method_map') }}
    left join {{ ref('int_site_source') }} as sites
        on rows_of._connection = sites.connection
        and rows_of.site = sites.source_site_id
        and coalesce(rows_of.business_date, cast(rows_of.recorded_at as date), sites.valid_from)
        between sites.valid_from and sites.valid_to
    left join {{ tieout.offsets_at('recorded_at', 'rows_of') }} as recorded
        on sites.iana_tz = recorded.iana_tz
        and {{ tieout.half_hour('rows_of.recorded_at') }} = recorded.half_hour
),

dated as (
    select
        _key as tender_key,
        _version as version,
        _order as source_order,
        _row_hash as source_row_hash,
        _is_deleted as is_deleted_at_source,
        _parent_key as document_key,
        _connection,
        coalesce(site_key, -1) as site_key,
        {{ tieout.dim_key(['_connection']) }} as source_connection_key,
        tender_id as source_entity_id,
        case when ro_id is not null then {{ tieout.source_key(['_connection', 'ro_id']) }} end as ro_key,
        case
            when applied_to_ro_id is not null then {{ tieout.source_key(['_connection', 'applied_to_ro_id']) }}
        end as applied_to_ro_key,
        customer_id,
        -- an amount put on account is a charge, whatever the source calls the payment, or calls it nothing
        case
            when coalesce(canonical_kind, 'final') = 'final' and canonical_method = 'ar' then 'ar_charge'
            else canonical_kind
        end as kind,
        canonical_method as method,
        coalesce(method_name, method) as method_name,
        amount,
        {{ tieout.business_date('recorded_at', 'recorded_offset', 'day_cutoff_minutes') }} as recorded_business_date,
        business_date,
        recorded_at as recorded_ts,
        reference,
        auth_code,
        processor_txn_id,
        taken_by_id,
        coalesce(is_void, false) as is_void,
        case
            when voids_tender_id is not null then {{ tieout.source_key(['_connection', 'voids_tender_id']) }}
        end as voids_tender_key,
        coalesce(updated_at, _bound) as updated_ts
    from mapped
)

select * from dated
