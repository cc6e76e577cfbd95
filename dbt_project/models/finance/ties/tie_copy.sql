{{ config(materialized='view') }}

-- The same money twice on one order: one reference (authorization, check or receipt number), amount and method within
-- ten minutes. Only orders that do not tie are looked at.
with tenders as (
    select
        *,
        case when kind = 'advance' then coalesce(applied_to_ro_key, ro_key) else ro_key end as settled_ro_key
    from {{ ref('fct_tender') }}
    where not is_void and not is_deleted_at_source and kind in ('final', 'advance')
),

repeated as (
    select
        settled_ro_key as ro_key,
        tender_key,
        lag(tender_key) over same_money as of_tender_key,
        amount,
        site_key,
        business_date,
        case when method = 'cash' then 'cash' when method = 'check' then 'check_amt' else 'cards' end as printed_line,
        row_number() over same_money as place,
        lag(recorded_ts) over same_money as earlier_ts,
        recorded_ts,
        coalesce(auth_code, reference, processor_txn_id) is not null as has_reference
    from tenders
    where settled_ro_key in (select tie_key from {{ ref('tie_component') }})
    window same_money as (
        partition by
            settled_ro_key, method, amount, coalesce(auth_code, ''), coalesce(reference, ''),
            coalesce(processor_txn_id, '')
        order by recorded_ts, source_entity_id
    )
),

final as (
    select ro_key, tender_key, of_tender_key, amount, site_key, business_date, printed_line, recorded_ts, has_reference
    from repeated
    where place > 1
    and (earlier_ts is null or recorded_ts is null or recorded_ts <= earlier_ts + interval '10' minute)
)

select * from final
