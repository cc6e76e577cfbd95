-- Fees, discounts and tax. A name that tieout.yml maps says what a fee is more than a fee.
with jobs as (
    select _version, job_id
    from {{ ref('stg_tekmetric__job') }}
    where is_authorized
),

named as (
    select
        ro_id, 'F' || level || fee_id as line_id, 'fee_type' as map_name, 'fee' as line_type, level, job_id,
        description, fee_cents as cents, {{ tieout.landed_columns() }}
    from {{ ref('stg_tekmetric__fee') }}
    union all
    select
        ro_id, 'D' || level || discount_id, 'discount_type', 'discount', level, job_id, description,
        -discount_cents, {{ tieout.landed_columns() }}
    from {{ ref('stg_tekmetric__discount') }}
),

charges as (
    select
        named.ro_id, named.line_id, coalesce(names.canonical, named.line_type) as line_type, named.job_id,
        named.description, named.cents, {{ tieout.landed_columns('named') }}
    from named
    left join jobs
        on named._version = jobs._version
        and named.job_id = jobs.job_id
    left join {{ source('config', 'value_map') }} as names
        on named._connection = names.connection
        and named.map_name = names.table_name
        and names.column_name = 'name'
        and named.description = names.raw
    where named.level = 'order' or jobs.job_id is not null
),

taxed as (
    select
        ro_id, 'tax' as line_id, 'tax' as line_type, cast(null as varchar) as job_id, 'Sales tax' as description,
        tax_cents as cents, {{ tieout.landed_columns() }}
    from {{ ref('stg_tekmetric__repair_order') }}
    where tax_cents <> 0
),

every_charge as (
    select * from charges
    union all
    select * from taxed
)

select * from every_charge
