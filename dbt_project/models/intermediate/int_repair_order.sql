{{ config(materialized='view') }}

with rows_of as (
    {{ tieout.union_feeds('repair_order', [
        'ro_id', 'site', 'ro_number', 'status', 'opened_at', 'closed_date', 'closed_at', 'voided_date', 'customer_id',
        'vehicle_id', 'advisor_id', 'open_advisor_id', 'pay_types', 'dvi_status', 'odometer_in', 'profit_center',
        'tax_exempt', 'void_reason', 'refund_of_ro_id', 'quote_amount', 'header_parts', 'header_labor',
        'header_sublet', 'header_supplies', 'header_fees', 'header_upcharge', 'header_discount', 'header_other',
        'header_tax', 'header_total', 'updated_at', 'updated_by'
    ]) }}
),

mapped as (
    select
        rows_of.*,
        coalesce(status_map.canonical, rows_of.status) as canonical_status,
        sites.site_key,
        sites.day_cutoff_minutes,
        opened.offset_minutes as opened_offset,
        closed.offset_minutes as closed_offset
    from rows_of
    {{ tieout.mapped('repair_order', 'status', 'status_map') }}
    left join {{ ref('int_site_source') }} as sites
        on rows_of._connection = sites.connection
        and rows_of.site = sites.source_site_id
        and coalesce(
            rows_of.closed_date, cast(rows_of.closed_at as date), cast(rows_of.opened_at as date), sites.valid_from
        )
        between sites.valid_from and sites.valid_to
    left join {{ tieout.offsets_at('opened_at', 'rows_of') }} as opened
        on sites.iana_tz = opened.iana_tz
        and {{ tieout.half_hour('rows_of.opened_at') }} = opened.half_hour
    left join {{ tieout.offsets_at('closed_at', 'rows_of') }} as closed
        on sites.iana_tz = closed.iana_tz
        and {{ tieout.half_hour('rows_of.closed_at') }} = closed.half_hour
),

dated as (
    select
        _key as ro_key,
        _version as version,
        _order as source_order,
        _row_hash as source_row_hash,
        _is_deleted as is_deleted_at_source,
        _connection,
        coalesce(site_key, -1) as site_key,
        {{ tieout.dim_key(['_connection']) }} as source_connection_key,
        ro_id as source_entity_id,
        ro_number,
        case when _is_deleted then 'deleted' else canonical_status end as status,
        opened_at as open_ts,
        {{ tieout.business_date('opened_at', 'opened_offset', 'day_cutoff_minutes') }} as open_business_date,
        closed_at as close_ts,
        coalesce(
            closed_date, {{ tieout.business_date('closed_at', 'closed_offset', 'day_cutoff_minutes') }}
        ) as close_business_date,
        {{ tieout.business_date('closed_at', 'closed_offset', 'day_cutoff_minutes') }} as close_recorded_date,
        case when closed_date is null and closed_at is not null then 'instant' else 'day' end as date_precision,
        voided_date as void_business_date,
        customer_id,
        vehicle_id,
        advisor_id,
        open_advisor_id,
        pay_types,
        dvi_status,
        odometer_in,
        profit_center,
        coalesce(tax_exempt, false) as is_tax_exempt,
        void_reason,
        refund_of_ro_id,
        quote_amount,
        header_parts,
        header_labor,
        header_sublet,
        header_supplies,
        header_fees,
        header_upcharge,
        header_discount,
        header_other,
        header_tax,
        header_total,
        coalesce(updated_at, _bound) as recorded_ts,
        updated_by
    from mapped
)

select * from dated
