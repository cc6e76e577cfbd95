with source as (
    select * from {{ source('asterisk', 'event') }}
),

renamed as (
    select
        -- ids
        call_id,
        row_id,
        uniqueid,

        -- what happened
        log,
        upper(eventtype) as event_type,
        exten,
        context,
        lower(appname) as application,
        appdata as application_data,
        queue,
        member,

        -- the log's wall clock made UTC
        cast("at" as timestamp) at time zone timezone as happened_at,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
