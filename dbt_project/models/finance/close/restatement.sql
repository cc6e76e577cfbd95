{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- What signed days have come to since: what was signed against what the facts say today, per document and measure.
with signed_days as (
    select * from {{ ref('signed_day') }}
),

signed as (
    select * from {{ ref('signed_measure') }}
),

measured as (
    select measures.*
    from {{ ref('document_measure') }} as measures
    inner join signed_days
        on measures.site_key = signed_days.site_key and measures.business_date = signed_days.business_date
),

both_sides as (
    select
        coalesce(signed.site_key, measured.site_key) as site_key,
        coalesce(signed.business_date, measured.business_date) as business_date,
        coalesce(signed.document_type, measured.document_type) as document_type,
        coalesce(signed.document_key, measured.document_key) as document_key,
        coalesce(measured.ro_number, signed.ro_number) as ro_number,
        coalesce(signed.measure, measured.measure) as measure,
        coalesce(signed.amount, 0) as frozen,
        coalesce(measured.amount, 0) as current,
        signed.version as signed_version
    from signed
    full outer join measured
        on signed.site_key = measured.site_key
        and signed.business_date = measured.business_date
        and signed.document_type = measured.document_type
        and signed.document_key = measured.document_key
        and signed.measure = measured.measure
),

moved as (
    select
        *,
        max(signed_version) over (partition by site_key, business_date, document_type, document_key) as version_then
    from both_sides
    where frozen <> current
),

-- the documents as they are today, wherever they stand
documents as (
    select
        'order' as document_type,
        cast(orders.ro_key as varchar) as document_key,
        cast(orders.version as varchar) as version,
        orders.site_key,
        orders.close_business_date as business_date,
        orders.is_void or orders.is_deleted_at_source as is_void,
        orders.is_sale,
        coalesce(orders.close_recorded_date <> orders.close_business_date, false) as is_back_dated,
        orders.recorded_ts,
        orders.updated_by as by_user
    from {{ ref('fct_repair_order') }} as orders
    union all
    select
        'payment',
        cast(tenders.tender_key as varchar),
        cast(tenders.version as varchar),
        tenders.site_key,
        tenders.business_date,
        tenders.is_void or tenders.is_deleted_at_source,
        not tenders.is_void and not tenders.is_deleted_at_source,
        coalesce(tenders.recorded_business_date <> tenders.business_date, false),
        tenders.recorded_ts,
        takers.name
    from {{ ref('fct_tender') }} as tenders
    left join {{ ref('dim_employee') }} as takers
        on tenders.taken_by_key = takers.employee_key and takers.employee_key <> -1
),

final as (
    select
        moved.site_key,
        moved.business_date,
        moved.document_type,
        moved.document_key,
        moved.ro_number,
        moved.measure,
        {{ tieout.money('moved.frozen') }} as frozen,
        {{ tieout.money('moved.current') }} as current,
        {{ tieout.money('moved.current - moved.frozen') }} as diff,
        case
            when moved.version_then is not null and moved.version_then = documents.version
                then case when signed_days.is_same_release then 'changed_setting' else 'new_release' end
            when documents.is_void then 'void'
            when moved.version_then is null and documents.is_back_dated then 'back_date'
            when moved.version_then is null then 'late_row'
            when not documents.is_sale then 'reopen'
            when documents.business_date <> moved.business_date or documents.site_key <> moved.site_key
                then 'back_date'
            else 'edit'
        end as event,
        documents.by_user,
        documents.recorded_ts as changed_ts,
        signed_days.signed_by,
        signed_days.signed_ts
    from moved
    inner join signed_days
        on moved.site_key = signed_days.site_key and moved.business_date = signed_days.business_date
    left join documents
        on moved.document_type = documents.document_type and moved.document_key = documents.document_key
)

select * from final
