with source as (
    select * from {{ source('files', 'extension') }}
),

renamed as (
    select
        site,
        extension,
        employee_id,
        is_group,
        valid_from,
        valid_to,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
