with source as (
    select * from {{ source('files', 'phone_number') }}
),

renamed as (
    select
        number,
        site,
        description,
        campaign_id,
        is_tracking,
        valid_from,
        valid_to,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
