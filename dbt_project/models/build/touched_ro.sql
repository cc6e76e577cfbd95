{{ config(incremental_strategy='accumulated') }}

-- depends_on: {{ ref('arrived_ro') }}
-- depends_on: {{ ref('incoming_ro') }}
-- depends_on: {{ ref('incoming_tender') }}
-- depends_on: {{ ref('int_customer') }}
-- depends_on: {{ ref('int_employee') }}
-- depends_on: {{ ref('int_repair_order') }}
-- depends_on: {{ ref('int_tender') }}
-- Every repair order (or payment without one) of which anything changed, derived from the stored versions too and
-- durable
-- before any fact is replaced. A full rebuild rebuilds everything and touches nothing by name.
{% if is_incremental() %}
with incoming_customers as (
    select customer_key, first_name, last_name, company_name, customer_type, is_tax_exempt
    from {{ ref('int_customer') }}
),

changed_customers as (
    select incoming_customers.customer_key
    from incoming_customers
    inner join {{ tieout.stored('core', 'dim_customer') }} as stored_customer
        on incoming_customers.customer_key = stored_customer.customer_key
    where (
        incoming_customers.first_name, incoming_customers.last_name, incoming_customers.company_name,
        incoming_customers.customer_type, incoming_customers.is_tax_exempt
    ) is distinct from (
        stored_customer.first_name, stored_customer.last_name, stored_customer.company_name,
        stored_customer.customer_type, stored_customer.is_tax_exempt
    )
),

new_customers as (
    select incoming_customers.customer_key
    from incoming_customers
    left join {{ tieout.stored('core', 'dim_customer') }} as stored_customer
        on incoming_customers.customer_key = stored_customer.customer_key
    where stored_customer.customer_key is null
),

changed_employees as (
    select incoming.employee_key
    from {{ ref('int_employee') }} as incoming
    left join {{ tieout.stored('core', 'dim_employee') }} as stored_employee
        on incoming.employee_key = stored_employee.employee_key
    where stored_employee.name is distinct from incoming.name
),

incoming_tenders as (
    select ro_key, applied_to_ro_key, tender_key from {{ ref('int_tender') }}
    where tender_key in (select tender_key from {{ ref('incoming_tender') }})
    union all
    select ro_key, applied_to_ro_key, tender_key from {{ tieout.stored('core', 'fct_tender') }}
    where tender_key in (select tender_key from {{ ref('incoming_tender') }})
),

direct as (
    select ro_key as tie_key from {{ ref('arrived_ro') }}
    union
    select coalesce(ro_key, tender_key) from incoming_tenders
    union
    select applied_to_ro_key from incoming_tenders where applied_to_ro_key is not null
    union
    select ro_key from {{ tieout.stored('core', 'fct_repair_order') }}
    where customer_key in (
        select customer_key from changed_customers
        union all
        select customer_key from new_customers
    )
    union
    select ro_key from {{ tieout.stored('core', 'fct_repair_order') }}
    where advisor_key in (select employee_key from changed_employees)
    union
    select ro_key from {{ tieout.stored('core', 'fct_ro_line_tech') }}
    where tech_key in (select employee_key from changed_employees)
),

-- two headers of one number are judged together (R02), before and after the change
numbers as (
    select site_key, ro_number from {{ ref('int_repair_order') }}
    where ro_key in (select tie_key from direct)
    union
    select site_key, ro_number from {{ tieout.stored('core', 'fct_repair_order') }}
    where ro_key in (select tie_key from direct)
),

keys as (
    select tie_key from direct
    union
    select stored_ro.ro_key
    from {{ tieout.stored('core', 'fct_repair_order') }} as stored_ro
    inner join numbers on stored_ro.ro_number = numbers.ro_number and stored_ro.site_key = numbers.site_key
)
{% else %}
with keys as (
    select ro_key as tie_key from {{ ref('incoming_ro') }} where false
)
{% endif %}

select * from keys
