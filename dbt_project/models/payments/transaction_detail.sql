{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{#- Ways to know a transaction's payment, surest first: the text that both have, NULL where one lacks it. -#}
{% set ways = {
    'named': ('source_entity_id', 'processor_txn_id'),
    'authorised': ("site || auth_code || ' ' || amount", "site || auth_code || ' ' || amount"),
    'same_code': ("site || auth_code || ' ' || direction", "site || auth_code || ' ' || direction"),
    'referred': ("site || reference || ' ' || amount", "site || card_ro_number || ' ' || amount"),
} -%}
with transactions as (
    select
        *,
        cast(site_key as varchar) || ' ' as site,
        cast(gross as varchar) as amount,
        cast(sign(gross) as varchar) as direction
    from {{ ref('fct_processor_txn') }}
    where not is_deleted_at_source
),

tenders as (
    select
        paid.tender_key,
        paid.site_key,
        paid.source_entity_id,
        paid.processor_txn_id,
        paid.auth_code,
        paid.method,
        paid.amount as paid_amount,
        paid.business_date,
        paid.recorded_ts,
        paid.customer_key,
        paid.taken_by_key,
        orders.ro_number,
        cast(paid.site_key as varchar) || ' ' as site,
        cast(paid.amount as varchar) as amount,
        cast(sign(paid.amount) as varchar) as direction,
        case when paid.method = 'card' then orders.ro_number end as card_ro_number
    from {{ ref('fct_tender') }} as paid
    left join {{ ref('fct_repair_order') }} as orders on paid.ro_key = orders.ro_key
    where paid.kind in ('final', 'advance', 'ar_payment') and not paid.is_void and not paid.is_deleted_at_source
),

-- in turn over what is left, the first of each side with the first of the other
{% for way, (of_transaction, of_tender) in ways.items() -%}
{% set surer = (ways | list)[:loop.index0] -%}
{{ way }}_charged as (
    select
        processor_txn_key,
        {{ of_transaction }} as told,
        row_number() over (partition by {{ of_transaction }} order by processed_ts, source_entity_id) as place
    from transactions
    where txn_type in ('payment', 'refund')
    {%- for before in surer %}
    and processor_txn_key not in (select processor_txn_key from {{ before }})
    {%- endfor %}
),

{{ way }}_paid as (
    select
        tender_key,
        {{ of_tender }} as told,
        row_number() over (partition by {{ of_tender }} order by recorded_ts, source_entity_id) as place
    from tenders
    where tender_key is not null
    {%- for before in surer %}
    and tender_key not in (select tender_key from {{ before }})
    {%- endfor %}
),

{{ way }} as (
    select charged.processor_txn_key, paid.tender_key
    from {{ way }}_charged as charged
    inner join {{ way }}_paid as paid on charged.told = paid.told and charged.place = paid.place
),

{% endfor -%}
matches as (
    {% for way in ways -%}
    select processor_txn_key, tender_key from {{ way }}
    {%- if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}
),

-- a shop's card payments can be missed since its processor is known
first_days as (
    select site_key, min(processed_business_date) as first_date from transactions group by site_key
),

paired as (
    select
        transactions.site_key,
        transactions.processor_txn_key,
        matches.tender_key,
        transactions.processed_ts as txn_ts,
        transactions.processed_business_date as business_date,
        transactions.txn_type as type,
        transactions.origin,
        transactions.reference,
        transactions.card_brand,
        transactions.last4,
        transactions.auth_code,
        transactions.gross,
        coalesce(transactions.fee, 0) as fee,
        transactions.gross - coalesce(transactions.fee, 0) as net,
        transactions.payout_key
    from transactions
    left join matches on transactions.processor_txn_key = matches.processor_txn_key
    union all
    select
        tenders.site_key,
        null,
        tenders.tender_key,
        null,
        tenders.business_date,
        case when tenders.paid_amount < 0 then 'refund' else 'payment' end,
        null, null, null, null, null, null, null, null, null
    from tenders
    inner join first_days
        on tenders.site_key = first_days.site_key and tenders.business_date >= first_days.first_date
    where tenders.method = 'card' and tenders.tender_key not in (select tender_key from matches)
),

final as (
    select
        paired.site_key,
        paired.processor_txn_key,
        paired.tender_key,
        paired.txn_ts,
        paired.business_date,
        paired.type,
        paired.origin,
        coalesce(tenders.ro_number, paired.reference) as ro_no,
        coalesce(customers.first_name, customers.company_name) as customer,
        paired.card_brand,
        paired.last4,
        paired.auth_code,
        paired.gross,
        {{ tieout.money('paired.fee') }} as fee,
        {{ tieout.money('paired.net') }} as net,
        payouts.source_entity_id as payout_id,
        payouts.expected_date as payout_expected_d,
        payouts.deposited_date as payout_deposited_d,
        tenders.source_entity_id as matched_tender_id,
        tenders.paid_amount as matched_amount,
        {{ tieout.money('coalesce(paired.gross, 0) - tenders.paid_amount') }} as variance,
        case
            when paired.processor_txn_key is null then 'missing_in_processor'
            when paired.type not in ('payment', 'refund') then null
            when paired.tender_key is null then 'missing_in_dms'
            when paired.gross <> tenders.paid_amount then 'amount_diff'
            when paired.business_date <> tenders.business_date then 'timing'
            else 'matched'
        end as match_status,
        takers.name as taken_by
    from paired
    left join tenders on paired.tender_key = tenders.tender_key
    left join {{ ref('fct_payout') }} as payouts on paired.payout_key = payouts.payout_key
    left join {{ ref('dim_customer') }} as customers
        on tenders.customer_key = customers.customer_key and customers.customer_key <> -1
    {{ tieout.people('taken', 'tenders.taken_by_key') }}
    left join {{ ref('dim_employee') }} as takers
        on {{ tieout.person('taken', 'tenders.taken_by_key') }} = takers.employee_key and takers.employee_key <> -1
)

select * from final
