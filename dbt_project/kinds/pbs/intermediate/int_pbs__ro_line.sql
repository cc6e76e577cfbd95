-- Labour and parts by their request; what only the three payers' blocks tell, by block and field.
with requests as (
    select _version, job_id, payer
    from {{ ref('stg_pbs__request') }}
    where request_state in ('done', 'pending')
),

worked as (
    select
        ro_id, job_id, 'labor' as line_type, job_id || '.L.' || cast(line_ordinal as varchar) as line_id, description,
        op_code, cast(null as varchar) as part_number, cast(null as decimal(12, 4)) as quantity,
        cast(null as decimal(14, 2)) as unit_price, price as amount, cost, sold_hours, actual_hours,
        tech || ':1' as technician_ids,
        {{ tieout.landed_columns() }}
    from {{ ref('stg_pbs__labour') }}
    union all
    select
        ro_id, job_id, 'part', job_id || '.P.' || cast(line_ordinal as varchar), description, null, part_number,
        shipped, {{ tieout.money('unit_price') }}, extended_price, cost, null, null, null,
        {{ tieout.landed_columns() }}
    from {{ ref('stg_pbs__part') }}
),

charges as (
    {% for field, line_type in [
        ('sublet_tow', 'sublet'), ('shop_supplies', 'supply'), ('environment', 'fee'), ('service_fee_total', 'fee'),
        ('misc', 'other'), ('oil_gas', 'other'), ('freight', 'other'), ('tax1', 'tax'), ('tax2', 'tax'),
        ('discount', 'discount')
    ] -%}
    {{ 'union all' if not loop.first }}
    select
        ro_id, payer, '{{ field }}' as field, '{{ line_type }}' as line_type,
        {{ '-' if field == 'discount' }}{{ field }} as amount, {{ tieout.landed_columns() }}
    from {{ ref('stg_pbs__summary') }}
    where {{ field }} <> 0
    {% endfor -%}
),

amounts as (
    select worked.*, requests.payer
    from worked
    inner join requests
        on worked._version = requests._version
        and worked.job_id = requests.job_id
    union all
    select
        ro_id, null, line_type, payer || '.' || field, field, null, null, null, null, amount, null, null, null, null,
        {{ tieout.landed_columns() }}, payer
    from charges
),

canonical as (
    select
        ro_id,
        line_id,
        line_type,
        job_id,
        description,
        cast(null as varchar) as category,
        cast(null as varchar) as department,
        op_code,
        part_number,
        cast(null as varchar) as brand,
        cast(null as varchar) as supplier_id,
        quantity,
        unit_price,
        {{ tieout.money('amount') }} as gross_amount,
        {{ tieout.money('0') }} as discount_amount,
        {{ tieout.money('amount') }} as net_amount,
        {{ tieout.money('cost') }} as cost_amount,
        {{ tieout.money('null') }} as core_charge,
        cast(null as boolean) as taxable,
        case when line_type = 'tax' then description end as tax_code,
        payer as pay_type,
        sold_hours as hours_billed,
        actual_hours as hours_actual,
        technician_ids,
        coalesce(quantity < 0, false) as is_return,
        cast(null as boolean) as is_freight,
        cast(null as boolean) as is_warranty_refund,
        _connection,
        {{ tieout.source_key(['_connection', 'ro_id', 'line_id']) }} as _key,
        _parent_key,
        _order,
        _version,
        _row_hash,
        _is_deleted,
        _bound,
        _pulled_at,
        _pull_id,
        _parent_key as document_key
    from amounts
)

select * from canonical
