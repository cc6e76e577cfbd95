{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Each order on each day on which it came into work or left it: what its status events move, and how its own state
-- changes, in orders and in dollars. Summed up they are the roll-forward. And what the shop began with: its opening
-- balance against the orders that stood in work then. Orders of which no event tells cannot differ and are left out.
with items as (
    select * from {{ ref('wip_item') }}
    where is_told
),

balances as (
    select * from {{ ref('wip_rollforward') }}
    where opening_balance is not null
),

final as (
    {% for aspect, expected, actual in [
        ('in work', 'delta_told', 'delta_state'), ('dollars', 'delta_told_amount', 'delta_state_amount')
    ] -%}
    select
        {{ tieout.compared(
            drill_key='ro_key', document="'RO ' || ro_number", aspect="'" ~ aspect ~ "'", expected=expected, actual=actual,
            said="'RO ' || ro_number || ' over ' || cast(amount as varchar) || ': '"
                ~ " || case when delta_state > delta_told then 'its events take it out of work, and it still stands there.'"
                ~ " else 'it is no longer in work, and no event says how it left.' end"
        ) }}
    from items
    union all
    {% endfor -%}
    select
        {{ tieout.compared(
            document="'opening balance'", aspect="'opening balance'", expected='opening_balance', actual='opening_amount',
            said="'The shop began with ' || cast(opening_balance as varchar) || ' of work in progress, and the orders'"
                ~ " || ' that stood open came to ' || cast(opening_amount as varchar) || '.'"
        ) }}
    from balances
)

select * from final
