with clocks as (
    select * from {{ ref('stg_shopware__time_clock') }}
),

canonical as (
    select
        -- a shift has no id: its key is made of who and when
        cast(_key as varchar) as card_id,
        assigned_shop_id as site,
        staff_id as employee_id,
        clock_in_at as in_at,
        clock_out_at as out_at,
        {{ tieout.hours(tieout.div(tieout.seconds_between('clock_in_at', 'clock_out_at'), '3600')) }} as hours,
        cast(null as boolean) as approved,
        {{ tieout.landed_columns() }},
        _key as document_key
    from clocks
)

select * from canonical
