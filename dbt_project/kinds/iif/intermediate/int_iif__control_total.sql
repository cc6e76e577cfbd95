-- A day states every total that one of the shop's accounts stands for: 0.00 where the file has no line of it.
with days as (
    select * from {{ ref('stg_iif__day') }}
),

rows_of as (
    select
        _version,
        _connection,
        account,
        amount
    from {{ ref('stg_iif__entry') }}
),

-- one name for both sides, or debit/credit
accounts as (
    select
        connection,
        raw,
        split_part(canonical, '/', 1) as debit_name,
        case when canonical like '%/%' then split_part(canonical, '/', 2) else canonical end as credit_name
    from {{ source('config', 'value_map') }}
    where table_name = 'entry'
    and column_name = 'account'
),

names as (
    select
        connection,
        debit_name as name
    from accounts
    union
    select
        connection,
        credit_name as name
    from accounts
),

stated as (
    select
        rows_of._version,
        case when rows_of.amount >= 0 then accounts.debit_name else accounts.credit_name end as name,
        rows_of.amount
    from rows_of
    inner join accounts
        on rows_of._connection = accounts.connection
        and rows_of.account = accounts.raw
),

sums as (
    select
        _version,
        name,
        sum(amount) as amount
    from stated
    group by _version, name
),

canonical as (
    select
        days.site,
        days.business_date,
        names.name,
        -- sales, taxes, fees and liabilities are credits: negative in the file
        {{ tieout.money(
            "coalesce(sums.amount, 0) * case when names.name in ('cards', 'cash', 'check_amt', 'deposit', 'total_pay',"
            ~ " 'charged', 'store_credit_used', 'previous_advance_pay') then 1 else -1 end"
        ) }} as value,
        days._connection,
        {{ tieout.source_key(['days._connection', 'days.site', 'days.business_date', 'names.name']) }} as _key,
        cast(null as uuid) as _parent_key,
        days._order,
        days._version,
        days._row_hash,
        days._is_deleted,
        days._bound,
        days._pulled_at,
        days._pull_id,
        days._key as document_key
    from days
    inner join names on days._connection = names.connection
    left join sums
        on days._version = sums._version
        and names.name = sums.name
    where names.name <> 'ignored'
)

select * from canonical
