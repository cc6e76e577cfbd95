{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'touched_member'}
) }}

-- depends_on: {{ ref('touched_member') }}
{% set touched = '(select subject, member_key from ' ~ ref('touched_member') ~ ')' -%}
with customers as (
    select
        customer_key,
        source_connection_key,
        merged_into_key,
        phones,
        lower(trim(email)) as email,
        lower(trim(coalesce(last_name, company_name))) as family_name,
        lower(trim(coalesce(first_name || ' ' || last_name, company_name))) as full_name
    from {{ ref('dim_customer') }}
    where customer_key <> -1
    {% if is_incremental() -%}
    and ('customer', customer_key) in {{ touched }}
    {%- endif %}
),

phones as (
    select customer_key, source_connection_key, full_name, {{ tieout.unnest_list('phones') }} as written
    from customers
),

numbers as (
    select distinct customer_key, source_connection_key, full_name, {{ tieout.phone_e164('written') }} as phone
    from phones
),

vehicles as (
    select vehicle_key, source_connection_key, customer_key, {{ tieout.vin_of('vin') }} as vin
    from {{ ref('dim_vehicle') }}
    where vehicle_key <> -1
    {% if is_incremental() -%}
    and (('vehicle', vehicle_key) in {{ touched }} or ('customer', customer_key) in {{ touched }})
    {%- endif %}
),

-- a source's own site codes that have only ever meant one site
sites as (
    select source_connection_key, source_site_id, min(site_key) as site_key
    from {{ ref('bridge_site_source') }}
    group by source_connection_key, source_site_id
    having count(distinct site_key) = 1
),

said as (
    select
        subject,
        {{ tieout.dim_key(['connection', 'source_id']) }} as member_key,
        {{ tieout.dim_key(['connection']) }} as source_connection_key,
        'setting' as method,
        cast(number as varchar) as plain,
        cast(number as varchar) as value
    from {{ source('config', 'identity') }}
    where rule = 'together'
),

told as (
    select * from said
    union all
    select 'customer', customer_key, source_connection_key, 'email' as method, email as matched_on, email as value
    from customers
    where email like '%_@_%'
    union all
    select 'customer', customer_key, source_connection_key, 'phone', phone, phone || '|' || full_name
    from numbers
    where phone is not null and full_name is not null
    union all
    select
        'customer', customers.customer_key, customers.source_connection_key, 'vin', vehicles.vin,
        vehicles.vin || '|' || customers.family_name
    from vehicles
    inner join customers on vehicles.customer_key = customers.customer_key
    where vehicles.vin is not null and customers.family_name is not null
    union all
    select
        'customer', customer_key, source_connection_key, 'source', cast(merged_into_key as varchar),
        cast(merged_into_key as varchar)
    from customers
    where merged_into_key is not null
    union all
    select
        'customer', customer_key, source_connection_key, 'source', cast(customer_key as varchar),
        cast(customer_key as varchar)
    from customers
    where customer_key in (select merged_into_key from {{ ref('dim_customer') }})
    union all
    select 'vehicle', vehicle_key, source_connection_key, 'vin' as method, vin as matched_on, vin as value
    from vehicles
    where vin is not null
    union all
    select
        'employee', employees.employee_key, employees.source_connection_key, 'name', lower(trim(employees.name)),
        cast(sites.site_key as varchar) || '|' || lower(trim(employees.name))
    from {{ ref('dim_employee') }} as employees
    inner join sites
        on employees.source_connection_key = sites.source_connection_key
        and employees.source_site_id = sites.source_site_id
    where employees.employee_key <> -1 and employees.name is not null
),

final as (
    select distinct
        subject,
        member_key,
        method,
        {{ tieout.dim_key(['subject', 'method', 'value']) }} as value_key,
        plain as matched_on,
        source_connection_key
    from told
    where {{ tieout.only_touched('touched_member') }}
)

select * from final
