{#- Who is who: what two records of different systems or shops may be matched by. -#}

{#- A telephone number as its shop wrote it, in E.164; NULL when it is none. Ten digits are a North American number. -#}
{% macro phone_e164(written) -%}
    {%- set digits = "regexp_replace(" ~ written ~ ", '[^0-9]', '', 'g')" -%}
    case
        when trim({{ written }}) like '+%' and length({{ digits }}) between 8 and 15 then '+' || {{ digits }}
        when length({{ digits }}) = 10 then '+1' || {{ digits }}
        when length({{ digits }}) = 11 and {{ digits }} like '1%' then '+' || {{ digits }}
    end
{%- endmacro %}

{#- A vehicle number that can be one: 17 characters without I, O and Q, and not one character throughout. -#}
{% macro vin_of(written) -%}
    {%- set vin = "upper(trim(" ~ written ~ "))" -%}
    case
        when length({{ vin }}) = 17 and regexp_replace({{ vin }}, '[0-9A-HJ-NPR-Z]', '', 'g') = ''
            and replace({{ vin }}, left({{ vin }}, 1), '') <> ''
            then {{ vin }}
    end
{%- endmacro %}

{#- The surer way goes first: a person said so, the source said so, then what fewer people share. -#}
{% macro match_rank(method) -%}
    case {{ method }}
        when 'setting' then 1 when 'source' then 2 when 'email' then 3 when 'vin' then 4 when 'phone' then 5 else 6
    end
{%- endmacro %}

{#- A name as people write it, without what they write differently. -#}
{% macro name_norm(written) -%}
    nullif(trim(regexp_replace(upper({{ written }}), '[^A-Z0-9]+', ' ', 'g')), '')
{%- endmacro %}
