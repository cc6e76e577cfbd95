{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Numbers of orders in each shop, connection and prefix (what stands before the last digits): each follows the one
-- before, and stands once. Voids, deleted orders and estimates that took a number are there and fill it. A system that
-- counts densely must; any other is held to it where it has proved to, and sends more than closed orders: a hole locks
-- the day where up to a fiftieth is missing, warns up to a tenth, and above that nobody can tell. It is found when the
-- next number is opened.
with numbered as (
    select
        ro_key,
        site_key,
        source_connection_key,
        source_entity_id,
        ro_number,
        status,
        is_deleted_at_source,
        coalesce(open_business_date, close_business_date, cast(recorded_ts as date)) as business_date,
        trim(trailing '0123456789' from ro_number) as prefix
    from {{ ref('fct_repair_order') }}
    where ro_number is not null
),

counted as (
    select
        *,
        cast(substr(ro_number, length(prefix) + 1) as bigint) as number,
        cast(length(ro_number) - length(prefix) as integer) as digits
    from numbered
    where length(ro_number) - length(prefix) between 1 and 18
),

placed as (
    select
        *,
        row_number() over (
            partition by site_key, source_connection_key, ro_number order by business_date, source_entity_id
        ) as place,
        lag(is_deleted_at_source) over (
            partition by site_key, source_connection_key, ro_number order by business_date, source_entity_id
        ) as is_after_deleted,
        lag(business_date) over (
            partition by site_key, source_connection_key, ro_number order by business_date, source_entity_id
        ) as date_of_earlier
    from counted
),

sequences as (
    select
        placed.site_key,
        placed.source_connection_key,
        placed.prefix,
        case
            when min(connections.ro_number_policy) = 'dense' then 'B'
            when count(*) < 20 or count(*) = count(*) filter (where placed.status = 'closed') then 'none'
            when (max(placed.number) - min(placed.number) + 1 - count(*)) * 50 <= count(*) then 'B'
            when (max(placed.number) - min(placed.number) + 1 - count(*)) * 10 <= count(*) then 'W'
            else 'none'
        end as severity
    from placed
    inner join {{ ref('dim_source_connection') }} as connections
        on placed.source_connection_key = connections.source_connection_key
    where placed.place = 1
    group by placed.site_key, placed.source_connection_key, placed.prefix
),

followed as (
    select
        placed.*,
        lag(placed.number) over (
            partition by placed.site_key, placed.source_connection_key, placed.prefix order by placed.number
        ) as number_before,
        sequences.severity
    from placed
    inner join sequences
        on placed.site_key = sequences.site_key
        and placed.source_connection_key = sequences.source_connection_key
        and placed.prefix = sequences.prefix
    where placed.place = 1 and sequences.severity <> 'none'
),

present as (
    select
        {{ tieout.compared(
            drill_key='ro_key', document="'RO ' || ro_number", aspect="'number'", expected='1', actual='1',
            severity='severity', said="''"
        ) }}
    from followed
),

gaps as (
    select
        *,
        number - number_before - 1 as missing,
        'RO ' || prefix || lpad(cast(number_before + 1 as varchar), digits, '0')
        || case
            when number - number_before > 2 then ' to ' || prefix || lpad(cast(number - 1 as varchar), digits, '0')
            else ''
        end as document
    from followed
    where number - number_before > 1
),

-- more than a thousand at once are no lost orders: the shop counts on elsewhere
missing as (
    select
        {{ tieout.compared(
            drill_key='ro_key', document='document', aspect="'gap'", expected='missing', actual='0',
            severity="case when missing > 1000 then 'W' else severity end",
            said="document || case when missing > 1 then ' are ' || cast(missing as varchar) || ' numbers that exist' "
            ~ "else ' exists' end || ' nowhere, neither void nor deleted; RO ' || ro_number || ' follows.'"
        ) }}
    from gaps
),

-- deleted and made anew on the same day is one order that was sent again
repeated as (
    select
        {{ tieout.compared(
            drill_key='ro_key', document="'RO ' || ro_number", aspect="'duplicate'", expected='1',
            actual="case when place > 1 and not is_deleted_at_source "
            ~ "and not (is_after_deleted and date_of_earlier = business_date) then place else 1 end",
            severity="'W'",
            said="'The number of RO ' || ro_number || ' was given before; this is order ' || source_entity_id "
            ~ "|| ' of that number, the ' || cast(place as varchar) || '. one.'"
        ) }}
    from placed
),

final as (
    select * from present
    union all
    select * from missing
    union all
    select * from repeated
)

select * from final
