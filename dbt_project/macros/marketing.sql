{#- Customers, what was sent to them, and what came of it. -#}

{#- The five digits of a postal code; what is none is Unknown. -#}
{% macro postal_area(written) -%}
    case
        when length(trim({{ written }})) >= 5
            and regexp_replace(substr(trim({{ written }}), 1, 5), '[0-9]', '', 'g') = ''
            then substr(trim({{ written }}), 1, 5)
        else 'Unknown'
    end
{%- endmacro %}

{#- Great circle between two points of the earth, kilometers. -#}
{% macro kilometers(latitude, longitude, other_latitude, other_longitude) -%}
    cast(
        2 * 6371 * asin(sqrt(
            power(sin(radians(cast({{ other_latitude }} - {{ latitude }} as double precision)) / 2), 2)
            + cos(radians(cast({{ latitude }} as double precision))) * cos(radians(cast({{ other_latitude }} as double precision)))
            * power(sin(radians(cast({{ other_longitude }} - {{ longitude }} as double precision)) / 2), 2)
        )) as decimal(12, 2)
    )
{%- endmacro %}

{#- What a customer is called on his card: his name, else his company's. -#}
{% macro customer_name(card) -%}
    coalesce(
        nullif(trim(coalesce({{ card }}.first_name, '') || ' ' || coalesce({{ card }}.last_name, '')), ''),
        {{ card }}.company_name
    )
{%- endmacro %}

{#- What a car is: year, make and model as far as they are known. -#}
{% macro car_name(car) -%}
    case
        when {{ car }}.vehicle_key <> -1
            then nullif(trim(
                coalesce(cast({{ car }}.year as varchar), '') || ' ' || coalesce({{ car }}.make, '') || ' '
                || coalesce({{ car }}.model, '')
            ), '')
    end
{%- endmacro %}

{#- Orders that brought a car in: neither deleted nor void, nor one that is still to come. -#}
{% macro came_in(orders) -%}
    (not {{ orders }}.is_deleted_at_source and {{ orders }}.status not in ('void', 'deleted', 'estimate', 'scheduled'))
{%- endmacro %}

{#- The business day of an instant at a shop, computed on read. -#}
{% macro day_at(ts, site) -%}
    cast({{ tieout.wall_clock(ts, site ~ '.iana_tz') }} - {{ site }}.day_cutoff_minutes * interval '1 minute' as date)
{%- endmacro %}

{#- Every time that a customer or a car of his came in, under the one and under the other (`member`). -#}
{% macro member_visits(orders, customers, vehicles) -%}
    {%- for member, golden in {'customer': customers, 'vehicle': vehicles}.items() %}
    select
        '{{ member }} ' || cast(coalesce(golden.golden_{{ member }}_key, orders.{{ member }}_key) as varchar) as member,
        orders.ro_key,
        orders.ro_number,
        orders.source_entity_id,
        orders.open_ts,
        orders.open_business_date
    from {{ orders }} as orders
    left join {{ golden }} as golden on orders.{{ member }}_key = golden.{{ member }}_key
    where {{ tieout.came_in('orders') }} and orders.{{ member }}_key <> -1
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Appointments of `relation` under their customer and under their car. -#}
{% macro appointment_members(relation) -%}
    {%- for member in ['customer', 'vehicle'] %}
    select *, '{{ member }} ' || cast(golden_{{ member }}_key as varchar) as member
    from {{ relation }}
    where golden_{{ member }}_key <> -1
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
