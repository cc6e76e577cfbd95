with source as (
    select * from {{ source('iif', 'entry') }}
),

renamed as (
    select
        site,
        business_date,
        line as entry_line,
        account,
        amount,
        trns_type,
        class as account_class,
        name as payee,
        docnum,
        memo,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
