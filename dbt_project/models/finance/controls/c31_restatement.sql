{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Every figure that was signed, against what it is today: what moved since keeps the day from standing as signed until
-- somebody looks at it and signs it again.
with moved as (
    select * from {{ ref('restatement') }}
),

signed as (
    select
        signed_of.site_key,
        signed_of.business_date,
        signed_of.document_type,
        signed_of.document_key,
        signed_of.ro_number,
        signed_of.measure,
        signed_of.amount as frozen,
        coalesce(moved.current, signed_of.amount) as current,
        moved.event,
        moved.by_user
    from {{ ref('signed_measure') }} as signed_of
    left join moved
        on signed_of.site_key = moved.site_key
        and signed_of.business_date = moved.business_date
        and signed_of.document_type = moved.document_type
        and signed_of.document_key = moved.document_key
        and signed_of.measure = moved.measure
),

came as (
    select
        moved.site_key,
        moved.business_date,
        moved.document_type,
        moved.document_key,
        moved.ro_number,
        moved.measure,
        moved.frozen,
        moved.current,
        moved.event,
        moved.by_user
    from moved
    left join {{ ref('signed_measure') }} as signed_of
        on moved.site_key = signed_of.site_key
        and moved.business_date = signed_of.business_date
        and moved.document_type = signed_of.document_type
        and moved.document_key = signed_of.document_key
        and moved.measure = signed_of.measure
    where signed_of.document_key is null
),

payments as (
    select cast(tender_key as varchar) as document_key, source_entity_id as tender_id from {{ ref('fct_tender') }}
),

named as (
    select
        figures.*,
        case
            when figures.document_type = 'payment' then 'payment ' || coalesce(payments.tender_id, figures.document_key)
            else 'RO ' || coalesce(figures.ro_number, figures.document_key)
        end as document
    from (
        select * from signed
        union all
        select * from came
    ) as figures
    left join payments on figures.document_type = 'payment' and figures.document_key = payments.document_key
),

final as (
    select
        {{ tieout.compared(
            drill_key='document_key', document='document', aspect='measure', expected='frozen', actual='current',
            said="document || ', ' || measure || ': signed as ' || cast(frozen as varchar) || ', today '"
                ~ " || cast(current as varchar) || coalesce(' (' || replace(event, '_', ' ')"
                ~ " || coalesce(' by ' || by_user, '') || ')', '') || '.'"
        ) }}
    from named
)

select * from final
