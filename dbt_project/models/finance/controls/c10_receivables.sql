{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{#- Ways to know a payment's entry, surest first: by the order of both, else by the account where one of them names no
    order; with the same amount, then with another. What both have, and which side names no order. -#}
{% set by_order, by_account = "of_day || cast(ro_key as varchar)", "of_day || cast(account_key as varchar)" -%}
{% set same = " || ' ' || cast(amount as varchar)" -%}
{% set ways = {
    'by_order': (by_order ~ same, none), 'order_amiss': (by_order, none),
    'books_on_account': (by_account ~ same, 'books'), 'ledger_on_account': (by_account ~ same, 'ledger'),
    'books_amiss': (by_account, 'books'), 'ledger_amiss': (by_account, 'ledger')
} -%}
-- The books' charges and payments against the ledger's, the one proof of charges that are derived (REPORTS 6.7). Both
-- begin after the opening balance, where a shop has one.
with opening as (
    select site_key, max(business_date) as opened_date, sum(amount) as balance
    from {{ ref('fct_opening_balance') }}
    where account = 'ar' and not is_deleted_at_source
    group by site_key
),

all_entries as (
    select * from {{ ref('fct_ar_entry') }}
    where not is_deleted_at_source
),

begun as (
    select
        entries.site_key,
        coalesce(max(opening.opened_date) + 1, min(entries.business_date)) as first_date
    from {{ ref('fct_ar_entry') }} as entries
    left join opening on entries.site_key = opening.site_key
    group by entries.site_key
),

orders as (
    select ro_key, ro_number, customer_key, is_sale, is_void, close_business_date, grand_total
    from {{ ref('fct_repair_order') }}
),

tenders as (
    select
        tenders.*,
        coalesce(nullif(tenders.customer_key, -1), orders.customer_key, -1) as account_key,
        orders.ro_number,
        coalesce(orders.is_sale, false) as is_sale,
        coalesce(orders.is_void, false) as is_void_order
    from {{ ref('fct_tender') }} as tenders
    inner join begun on tenders.site_key = begun.site_key and tenders.business_date >= begun.first_date
    left join orders on tenders.ro_key = orders.ro_key
    where tenders.kind in ('ar_charge', 'ar_payment') and not tenders.is_void and not tenders.is_deleted_at_source
),

booked as (
    select
        tender_key as key,
        site_key,
        business_date,
        case
            when kind_origin = 'derived' then 'RO ' || ro_number else 'payment ' || source_entity_id
        end as document,
        account_key,
        ro_key,
        case when kind = 'ar_charge' then amount else -amount end as amount,
        cast(site_key as varchar) || case when kind = 'ar_charge' then ' charge ' else ' payment ' end
        || cast(business_date as varchar) || ' ' as of_day
    from tenders
),

entries as (
    select
        entries.ar_entry_key as key,
        entries.site_key,
        entries.business_date,
        'entry ' || entries.source_entity_id as document,
        entries.customer_key as account_key,
        entries.ro_key,
        entries.amount,
        cast(entries.site_key as varchar) || ' ' || entries.entry_type || ' '
        || cast(entries.business_date as varchar) || ' ' as of_day
    from all_entries as entries
    inner join begun on entries.site_key = begun.site_key and entries.business_date >= begun.first_date
    where entries.entry_type in ('charge', 'payment')
),

-- in turn over what is left, the first of each side with the first of the other
{% for way, (told, without_order) in ways.items() -%}
{% set surer = (ways | list)[:loop.index0] -%}
{% for side, rows_of in {'books': 'booked', 'ledger': 'entries'}.items() -%}
{{ way }}_{{ side }} as (
    select key, {{ told }} as told, row_number() over (partition by {{ told }} order by document) as place
    from {{ rows_of }}
    where {{ 'ro_key is null' if side == without_order else 'key is not null' }}
    {%- for before in surer %}
    and key not in (select {{ side }}_key from {{ before }})
    {%- endfor %}
),

{% endfor -%}
{{ way }} as (
    select books.key as books_key, ledger.key as ledger_key
    from {{ way }}_books as books
    inner join {{ way }}_ledger as ledger on books.told = ledger.told and books.place = ledger.place
),

{% endfor -%}
matches as (
    {% for way in ways -%}
    select books_key, ledger_key from {{ way }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

of_booked as (
    select
        {{ tieout.compared(
            site_key='booked.site_key', business_date='booked.business_date',
            drill_key='coalesce(entries.key, booked.key)', document='coalesce(entries.document, booked.document)',
            aspect="'ledger'", expected='entries.amount', actual='booked.amount',
            said="case when entries.key is null then 'The books moved the account by '"
            ~ " || cast(booked.amount as varchar) || ', and the ledger has no entry for it.'"
            ~ " else 'The ledger moved the account by ' || cast(entries.amount as varchar) || ', '"
            ~ " || booked.document || ' of the books by ' || cast(booked.amount as varchar) || '.' end"
        ) }}
    from booked
    left join matches on booked.key = matches.books_key
    left join entries on matches.ledger_key = entries.key
),

of_entries as (
    select
        {{ tieout.compared(
            site_key='entries.site_key', business_date='entries.business_date', drill_key='entries.key',
            document='entries.document', aspect="'books'", expected='entries.amount', actual='null',
            said="'The ledger moved the account by ' || cast(entries.amount as varchar)"
            ~ " || ', and no charge or payment of the books stands for it.'"
        ) }}
    from entries
    where entries.key not in (select ledger_key from matches)
),

-- the balance counts charges of orders that are sales (REPORTS 6.2), and one that an earlier close left behind counts
-- twice; what became of a void one is C-11's
charges as (
    select
        tenders.*,
        orders.grand_total,
        orders.close_business_date,
        sum(tenders.amount) over (partition by tenders.ro_key) as charged
    from tenders
    left join orders on tenders.ro_key = orders.ro_key
    where tenders.kind = 'ar_charge' and tenders.kind_origin = 'source' and not tenders.is_void_order
),

of_orders as (
    select
        {{ tieout.compared(
            drill_key='tender_key', document="'payment ' || source_entity_id", aspect="'order'",
            expected="case when is_sale and (business_date = close_business_date or abs(charged) <= abs(grand_total))"
            ~ " then amount else 0 end",
            actual='amount',
            said="'A charge of ' || cast(amount as varchar) || ' stands on ' || case"
            ~ " when ro_number is null then 'no order.'"
            ~ " when is_sale then 'order ' || ro_number || ', which was closed again and charged again.'"
            ~ " else 'order ' || ro_number || ', which is not closed.' end"
        ) }}
    from charges
),

explained as (
    select entity_id, site_key from {{ ref('fct_audit_event') }}
    where action like '%delete%' and not is_deleted_at_source
    group by entity_id, site_key
),

deleted as (
    select
        entries.*,
        coalesce(of_entry.entity_id, of_order.entity_id) is not null as is_explained
    from all_entries as entries
    inner join begun on entries.site_key = begun.site_key and entries.business_date >= begun.first_date
    left join {{ ref('fct_repair_order') }} as charged on entries.ro_key = charged.ro_key
    left join explained as of_entry
        on entries.site_key = of_entry.site_key and entries.source_entity_id = of_entry.entity_id
    left join explained as of_order
        on entries.site_key = of_order.site_key and charged.source_entity_id = of_order.entity_id
    where entries.entry_type = 'deleted_charge'
),

of_deleted as (
    select
        {{ tieout.compared(
            drill_key='ar_entry_key', document="'entry ' || source_entity_id", aspect="'deleted charge'",
            expected='case when is_explained then amount else 0 end', actual='amount',
            said="'A charge of ' || cast(-amount as varchar)"
            ~ " || ' was taken out of the ledger, and no log says by whom or why.'"
        ) }}
    from deleted
),

-- a ledger that reaches back before the opening balance proves it
before as (
    select entries.site_key, sum(entries.amount) as balance
    from all_entries as entries
    inner join opening on entries.site_key = opening.site_key and entries.business_date <= opening.opened_date
    group by entries.site_key
),

of_opening as (
    select
        {{ tieout.compared(
            site_key='opening.site_key', business_date='opening.opened_date', document="'opening balance'",
            aspect="'opening'", expected='before.balance', actual='opening.balance',
            said="'The opening balance of receivables is not the sum of the ledger up to it.'"
        ) }}
    from opening
    inner join before on opening.site_key = before.site_key
),

final as (
    {% for part in ['of_booked', 'of_entries', 'of_orders', 'of_deleted', 'of_opening'] -%}
    select * from {{ part }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
