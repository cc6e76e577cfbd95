{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'touched_day'}
) }}

-- Money at risk that breaks no total: advances on dead orders (R05), payments that a reopen lost (R07).
with orders as (
    select * from {{ ref('fct_repair_order') }}
),

reopened as (
    select ro_key, count(*) as reopen_events
    from {{ ref('fct_ro_status_event') }}
    where from_status = 'closed' and to_status not in ('closed', 'void', 'deleted') and not is_deleted_at_source
    group by ro_key
),

-- what is open now and was closed by an earlier version was reopened, whether or not an event says so
closed_before as (
    select ro_key from {{ ref('fct_repair_order_superseded') }}
    where status = 'closed'
    group by ro_key
),

balances as (
    select ro_key, sum(amount) as held
    from {{ ref('fct_tender') }}
    where kind = 'advance' and not is_void and not is_deleted_at_source
    group by ro_key
),

dead_advances as (
    select
        orders.site_key,
        -- the day on which the order died: until then the advance was rightly held
        coalesce(orders.void_business_date, tenders.business_date) as business_date,
        orders.ro_key as tie_key,
        tenders.tender_key,
        'R05' as cause_code,
        tenders.amount,
        orders.ro_number,
        tenders.source_entity_id as tender_id,
        tenders.method,
        tenders.business_date as paid_on,
        tenders.recorded_ts,
        tenders.taken_by_key,
        orders.updated_by,
        orders.recorded_ts as order_recorded_ts,
        least(tenders.recorded_ts, orders.recorded_ts) as first_seen_ts
    from {{ ref('fct_tender') }} as tenders
    inner join orders on tenders.ro_key = orders.ro_key
    inner join balances on tenders.ro_key = balances.ro_key
    where orders.is_void
    and tenders.kind = 'advance'
    and tenders.amount > 0
    and not tenders.is_void
    and not tenders.is_deleted_at_source
    and tenders.applied_to_ro_key is null
    and balances.held <> 0
),

lost_payments as (
    select
        tenders.site_key,
        tenders.business_date,
        orders.ro_key as tie_key,
        tenders.tender_key,
        'R07' as cause_code,
        tenders.amount,
        orders.ro_number,
        tenders.source_entity_id as tender_id,
        tenders.method,
        tenders.business_date as paid_on,
        tenders.recorded_ts,
        tenders.taken_by_key,
        orders.updated_by,
        orders.recorded_ts as order_recorded_ts,
        least(tenders.recorded_ts, orders.recorded_ts) as first_seen_ts
    from {{ ref('fct_tender') }} as tenders
    inner join orders on tenders.ro_key = orders.ro_key
    left join reopened on orders.ro_key = reopened.ro_key
    left join closed_before on orders.ro_key = closed_before.ro_key
    where tenders.is_deleted_at_source
    and tenders.kind = 'final'
    and tenders.amount > 0
    and (
        coalesce(orders.reopen_count, 0) + coalesce(reopened.reopen_events, 0) > 0
        or (orders.status not in ('closed', 'void', 'deleted') and closed_before.ro_key is not null)
    )
),

risks as (
    select * from dead_advances
    union all
    select * from lost_payments
),

final as (
    select
        site_key,
        business_date,
        tie_key,
        tender_key,
        cause_code,
        {{ tieout.money('0') }} as delta,
        {{ tieout.money('amount') }} as amount_at_risk,
        -- a payment that is gone may have been given back: that it was taken is known, that it is missing is not
        case cause_code when 'R05' then 'certain' else 'likely' end as confidence,
        {{ tieout.json_of({
            'ro_number': 'ro_number', 'tender_id': 'tender_id', 'amount': 'amount', 'method': 'method',
            'paid_on': 'paid_on', 'recorded_at': 'risks.recorded_ts', 'taken_by': 'people.name',
            'updated_by': 'updated_by', 'updated_at': 'order_recorded_ts'
        }) }} as evidence,
        first_seen_ts
    from risks
    left join {{ ref('dim_employee') }} as people on risks.taken_by_key = people.employee_key
    where {{ tieout.only_touched('touched_day') }}
)

select * from final
