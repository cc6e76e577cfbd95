{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='part_key') }}

-- depends_on: {{ ref('arrived_ro') }}
-- A part that a line once named stays one: its texts are the first by the alphabet of all that it was ever given, so
-- that no order of arrival shows, and a night reads the lines of its own orders only.
with lines as (
    {% for fact in ['fct_ro_line', 'fct_ro_line_superseded'] -%}
    select part_number, brand, description, department
    from {{ ref(fact) }}
    where line_type = 'part' and part_number is not null
    {% if is_incremental() %}
    and ro_key in (select ro_key from {{ ref('arrived_ro') }})
    {% endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

spelled as (
    select part_number, brand, min(description) as description, min(department) as department
    from lines
    group by part_number, brand
),

normalized as (
    select
        coalesce(
            nullif(regexp_replace(upper(part_number), '[^A-Z0-9]', '', 'g'), ''), upper(trim(part_number))
        ) as part_number_norm,
        {{ tieout.name_norm('brand') }} as brand_norm,
        part_number,
        brand,
        description,
        department
    from spelled
),

keyed as (
    select {{ tieout.dim_key(['part_number_norm', "coalesce(brand_norm, '')"]) }} as part_key, *
    from normalized
),

told as (
    select part_key, part_number_norm, brand_norm, part_number, brand, description, department from keyed
    {% if is_incremental() %}
    union all
    select part_key, part_number_norm, brand_norm, part_number, brand, description, department
    from {{ this }}
    where part_key in (select part_key from keyed)
    {% else %}
    union all
    select
        cast(-1 as bigint), cast(null as varchar), cast(null as varchar), cast(null as varchar), cast(null as varchar),
        'Not told', cast(null as varchar)
    {% endif %}
),

parts as (
    select
        part_key,
        min(part_number_norm) as part_number_norm,
        min(brand_norm) as brand_norm,
        min(part_number) as part_number,
        min(brand) as brand,
        min(description) as description,
        min(department) as department
    from told
    group by part_key
    {% if is_incremental() %}
    except
    select part_key, part_number_norm, brand_norm, part_number, brand, description, department from {{ this }}
    {% endif %}
)

select * from parts
