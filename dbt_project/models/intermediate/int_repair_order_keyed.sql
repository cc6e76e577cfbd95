{{ config(materialized='view') }}

with headers as (
    select * from {{ ref('int_repair_order') }}
),

keyed as (
    select
        *,
        {{ tieout.ref_key('_connection', 'customer_id') }} as customer_key,
        {{ tieout.ref_key('_connection', 'vehicle_id') }} as vehicle_key,
        {{ tieout.ref_key('_connection', 'advisor_id') }} as advisor_key,
        {{ tieout.ref_key('_connection', 'open_advisor_id') }} as open_advisor_key,
        case
            when refund_of_ro_id is not null then {{ tieout.source_key(['_connection', 'refund_of_ro_id']) }}
        end as refund_of_ro_key
    from headers
)

select * from keyed
