{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'incoming_ro'}
) }}

-- depends_on: {{ ref('fct_ro_line_superseded') }}
-- depends_on: {{ ref('touched_before') }}
with documents as (
    select * from {{ ref('incoming_ro') }}
),

-- not materialized: read again for two narrow columns it costs less than kept whole
lines as not materialized (
    select
        lines_of._key as ro_line_key,
        documents.ro_key,
        documents.version,
        documents.site_key,
        documents._connection,
        lines_of.line_id, lines_of.line_type, lines_of.job_id, lines_of.description, lines_of.category,
        lines_of.department, lines_of.op_code, lines_of.part_number, lines_of.brand, lines_of.supplier_id,
        lines_of.quantity, lines_of.unit_price, lines_of.gross_amount, lines_of.discount_amount,
        lines_of.net_amount, lines_of.cost_amount, lines_of.core_charge, lines_of.taxable, lines_of.tax_code,
        lines_of.pay_type, lines_of.hours_billed, lines_of.hours_actual, lines_of.technician_ids,
        lines_of.is_return, lines_of.is_freight, lines_of.is_warranty_refund
    from {{ ref('int_ro_line') }} as lines_of
    inner join documents on lines_of._version = documents.version
),

ro_discounts as (
    select ro_key, cast(sum(net_amount) * 100 as bigint) as discount_cents
    from lines
    where line_type in ({{ tieout.ro_discount_types() }})
    group by ro_key
    having sum(net_amount) <> 0
),

weights as (
    select
        lines.ro_line_key,
        lines.ro_key,
        lines.line_id,
        ro_discounts.discount_cents,
        cast(abs(lines.net_amount) * 100 as bigint) as weight,
        cast(sum(abs(lines.net_amount) * 100) over (partition by lines.ro_key) as bigint) as total_weight
    from lines
    inner join ro_discounts on lines.ro_key = ro_discounts.ro_key
    where lines.line_type in ('part', 'labor', 'sublet')
),

shares as (
    select
        *,
        {{ tieout.whole_share('abs(discount_cents)', 'weight', 'total_weight') }} as whole_cents,
        {{ tieout.share_remainder('abs(discount_cents)', 'weight', 'total_weight') }} as remainder
    from weights
    where total_weight > 0
),

ranked as (
    select
        *,
        abs(discount_cents) - sum(whole_cents) over (partition by ro_key) as left_over,
        row_number() over (partition by ro_key order by remainder desc, line_id asc) as place
    from shares
),

allocated as (
    select
        ro_line_key,
        cast(
            -sign(discount_cents) * (whole_cents + case when place <= left_over then 1 else 0 end) * 0.01
            as decimal(14, 2)
        ) as ro_discount
    from ranked
),

allocated_ros as (
    select distinct ro_key from shares
),

classed as (
    select
        lines.*,
        coalesce(allocated.ro_discount, 0) as ro_discount,
        lines.line_type in ({{ tieout.ro_discount_types() }}) as is_ro_discount,
        allocated_ros.ro_key is not null as is_allocated,
        case
            when lines.line_type in ('part', 'labor', 'sublet', 'tax', 'upcharge', 'other') then lines.line_type
            when lines.line_type = 'supply' then 'supplies'
            -- a taxable parts fee is a part of parts sales (REPORTS 0.7)
            when lines.line_type = 'fee' and lines.taxable then 'part'
            when lines.line_type = 'fee' then 'fee'
            when allocated_ros.ro_key is not null then 'allocated'
            else 'other'
        end as sales_class
    from lines
    left join allocated on lines.ro_line_key = allocated.ro_line_key
    left join allocated_ros on lines.ro_key = allocated_ros.ro_key
),

final as (
    select
        ro_line_key,
        ro_key,
        version,
        site_key,
        {{ tieout.dim_key(['_connection']) }} as source_connection_key,
        line_id as source_entity_id,
        job_id,
        line_type,
        sales_class,
        description,
        category,
        department,
        op_code,
        part_number,
        brand,
        supplier_id,
        quantity,
        unit_price,
        case when is_ro_discount then {{ tieout.money('0') }} else gross_amount end as extended_gross,
        coalesce(discount_amount, {{ tieout.money('0') }}) as line_discount,
        -- what no line can carry stays a discount, on its own line
        {{ tieout.money(
            'case when not is_ro_discount then ro_discount when is_allocated then 0 else -net_amount end'
        ) }} as ro_discount,
        {{ tieout.money('case when is_ro_discount and is_allocated then 0 else net_amount - ro_discount end') }}
            as extended_net,
        case when is_ro_discount then net_amount else {{ tieout.money('0') }} end as memo_amount,
        cost_amount as cost,
        core_charge,
        coalesce(taxable, false) as taxable,
        tax_code,
        pay_type,
        hours_billed,
        hours_actual,
        technician_ids,
        coalesce(is_return, false) as is_return,
        coalesce(is_freight, false) as is_freight,
        coalesce(is_warranty_refund, false) as is_warranty_refund
    from classed
)

select * from final
