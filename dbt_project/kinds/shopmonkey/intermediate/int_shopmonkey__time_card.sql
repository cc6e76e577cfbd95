-- Attendance alone: time on an order, a service or a labor line lies within it.
with timesheets as (
    select * from {{ ref('stg_shopmonkey__timesheet') }}
    where activity = 'General'
),

canonical as (
    select
        timesheet_id as card_id,
        location_id as site,
        technician_id as employee_id,
        clock_in as in_at,
        clock_out as out_at,
        {{ tieout.hours(tieout.div('cast(duration as decimal(18, 2))', 'cast(3600000 as decimal(18, 2))')) }} as hours,
        cast(null as boolean) as approved,
        {{ tieout.landed_columns() }},
        _key as document_key
    from timesheets
)

select * from canonical
