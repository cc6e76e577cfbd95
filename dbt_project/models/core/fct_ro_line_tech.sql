{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'incoming_ro'}
) }}

-- One row per labor line and technician. Shares are weights of the line; cents and hours are split by the largest
-- remainder, so that the parts always sum to the line.
with labor as (
    select
        lines.ro_line_key,
        lines.ro_key,
        lines.site_key,
        documents._connection,
        lines.technician_ids,
        lines.extended_net,
        coalesce(lines.cost, 0) as cost,
        coalesce(lines.hours_billed, 0) as hours_billed,
        lines.hours_actual
    from {{ ref('fct_ro_line') }} as lines
    inner join {{ ref('incoming_ro') }} as documents on lines.ro_key = documents.ro_key
    where lines.sales_class = 'labor'
),

single as (
    select
        ro_line_key,
        ro_key,
        site_key,
        {{ tieout.ref_key('_connection', "nullif(split_part(technician_ids, ':', 1), '')") }} as tech_key,
        cast(1 as decimal(9, 6)) as share,
        {{ tieout.hours('hours_billed') }} as hours_billed_alloc,
        {{ tieout.hours('hours_actual') }} as hours_actual,
        {{ tieout.money('extended_net') }} as labor_sales_alloc,
        {{ tieout.money('cost') }} as labor_cost_alloc
    from labor
    where technician_ids is null or technician_ids not like '%;%'
),

named as (
    select *, {{ tieout.unnest_list('technician_ids') }} as member
    from labor
    where technician_ids like '%;%'
),

weighted as (
    select
        *,
        split_part(member, ':', 1) as technician_id,
        cast(cast(coalesce(nullif(split_part(member, ':', 2), ''), '1') as decimal(9, 6)) * 1000000 as bigint) as weight
    from named
),

totalled as (
    select *, cast(sum(weight) over (partition by ro_line_key) as bigint) as total_weight
    from weighted
),

{% set measures = {'extended_net': 100, 'cost': 100, 'hours_billed': 10000, 'hours_actual': 10000} %}
whole as (
    select
        *,
        {% for measure, scale in measures.items() -%}
        cast(abs({{ measure }}) * {{ scale }} as bigint) as {{ measure }}_units,
        {{ tieout.whole_share('cast(abs(' ~ measure ~ ') * ' ~ scale ~ ' as bigint)', 'weight', 'total_weight') }}
            as {{ measure }}_whole,
        {{ tieout.share_remainder('cast(abs(' ~ measure ~ ') * ' ~ scale ~ ' as bigint)', 'weight', 'total_weight') }}
            as {{ measure }}_rest{{ ',' if not loop.last }}
        {% endfor %}
    from totalled
),

ranked as (
    select
        *,
        {% for measure in measures -%}
        row_number() over (partition by ro_line_key order by {{ measure }}_rest desc, technician_id asc)
            as {{ measure }}_place,
        {{ measure }}_units - sum({{ measure }}_whole) over (partition by ro_line_key)
            as {{ measure }}_left{{ ',' if not loop.last }}
        {% endfor %}
    from whole
),

split as (
    select
        ro_line_key,
        ro_key,
        site_key,
        {{ tieout.ref_key('_connection', 'technician_id') }} as tech_key,
        cast(
            {{ tieout.div('cast(weight as decimal(18, 0))', 'cast(total_weight as decimal(18, 0))') }} as decimal(9, 6)
        ) as share,
        {% for measure, name in [
            ('hours_billed', 'hours_billed_alloc'), ('hours_actual', 'hours_actual'),
            ('extended_net', 'labor_sales_alloc'), ('cost', 'labor_cost_alloc')
        ] -%}
        cast(
            sign({{ measure }})
            * ({{ measure }}_whole + case when {{ measure }}_place <= {{ measure }}_left then 1 else 0 end)
            * {{ '0.01' if measures[measure] == 100 else '0.0001' }}
            as {{ 'decimal(14, 2)' if measures[measure] == 100 else 'decimal(12, 4)' }}
        ) as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from ranked
),

final as (
    select * from single
    union all
    select * from split
)

select * from final
