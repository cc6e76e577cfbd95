"""Breaks that no simulator planted: landed rows of a company that ties, edited by hand. Each edit says what must be found
of it: its day, its cause, its order (or payment) and its cents.

Keep out: homes and assertions (test_edited_landing.py), what breaks nothing (landed_decoys.py)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from warehouse.landed import FINAL, LATER, Break, Landing, both_sides


def paid_twice(landing: Landing) -> list[Break]:
    row = landing.orders(f"{FINAL} and tenders.method = 'card' and tenders.auth_code is not null")
    landing.copy(row["tender_id"], "edit-1", "recorded_at + interval '4' minute as recorded_at")
    return [(row["closed_date"], "R01", row["ro_id"], row["amount"])]


def lost_on_the_way(landing: Landing) -> list[Break]:
    row = landing.orders(f"{FINAL} and tenders.method = 'cash'")
    landing.connection.execute("delete from tender where tender_id = ?", [row["tender_id"]])
    return [(row["closed_date"], "R03", row["ro_id"], -row["amount"])]


def one_card_of_two_lost(landing: Landing) -> list[Break]:
    """The bill was split over two cards, and one of them was lost on the way: the shop's own total has both. Something
    was paid, so that the total alone says how much is missing."""
    row = landing.orders(f"{FINAL} and tenders.method = 'card' and (tenders.amount * 100) % 2 = 0", landing.quiet())
    half = row["amount"] / 2
    landing.run("update tender set amount = ? where tender_id = ?", half, row["tender_id"])
    return [(row["closed_date"], "R03", row["ro_id"], -half)]


def voided_with_its_payment(landing: Landing) -> list[Break]:
    row = landing.orders(f"{FINAL} and tenders.method = 'card'")
    landing.connection.execute(
        "update repair_order set status = 'void', voided_date = closed_date where ro_id = ?", [row["ro_id"]]
    )
    return [(row["closed_date"], "R04", row["ro_id"], row["amount"])]


def posted_two_days_late(landing: Landing) -> list[Break]:
    row = landing.orders(f"{FINAL} and tenders.method = 'card'")
    later = row["closed_date"] + timedelta(days=2)
    landing.connection.execute(
        """update tender set business_date = ?, recorded_at = recorded_at + interval '2' day where tender_id = ?""",
        [later, row["tender_id"]],
    )
    return [
        (row["closed_date"], "R11", row["ro_id"], -row["amount"]),
        (later, "R11", row["ro_id"], row["amount"]),
    ]


def charged_twice(landing: Landing) -> list[Break]:
    row = landing.orders("tenders.kind = 'ar_charge'")
    landing.copy(row["tender_id"], "edit-2", "recorded_at + interval '1' day as recorded_at")
    return [(row["closed_date"], "R08", row["ro_id"], row["amount"])]


def advance_forgotten(landing: Landing) -> list[Break]:
    row = landing.orders(f"{FINAL} and tenders.method = 'card'")
    landing.copy(
        row["tender_id"],
        "edit-3",
        """'advance' as kind, 35.00 as amount, 'check' as method, 'Check' as method_name, null as auth_code,
        business_date - 1 as business_date, recorded_at - interval '1' day as recorded_at""",
    )
    return [(row["closed_date"], "R16", row["ro_id"], Decimal("35.00"))]


def line_lost(landing: Landing) -> list[Break]:
    """The header still has its money, and the payment is right: the charge is on no line. A payment without an order,
    of the same day but of another amount, explains nothing."""
    row = landing.orders(
        FINAL,
        """exists (select 1 from ro_line where ro_line.ro_id = orders.ro_id and line_type = 'sublet'
        and net_amount > 5) and not exists (select 1 from ro_line where ro_line.ro_id = orders.ro_id
        and line_type in ('discount', 'coupon', 'package_discount', 'package_add'))""",
    )
    line, amount = landing.connection.execute(
        "select line_id, net_amount from ro_line where ro_id = ? and line_type = 'sublet' and net_amount > 5 limit 1",
        [row["ro_id"]],
    ).fetchall()[0]
    landing.connection.execute("delete from ro_line where ro_id = ? and line_id = ?", [row["ro_id"], line])
    stray = row["amount"] + amount + 1
    landing.copy(
        row["tender_id"],
        "edit-6",
        f"""cast(null as varchar) as ro_id, cast({stray} as decimal(14, 2)) as amount, 'check' as method,
        'Check' as method_name, cast(null as varchar) as auth_code""",
    )
    return [(row["closed_date"], "R20", row["ro_id"], amount), (row["closed_date"], "R19", "edit-6", stray)]


def order_forgotten(landing: Landing) -> list[Break]:
    """The payment lost its order: the order misses it, and the payment stands alone."""
    row = landing.orders(f"{FINAL} and tenders.method = 'check'")
    landing.connection.execute("update tender set ro_id = null where tender_id = ?", [row["tender_id"]])
    return [
        (row["closed_date"], "R19", row["ro_id"], -row["amount"]),
        (row["closed_date"], "R19", row["tender_id"], row["amount"]),
    ]


def header_again(landing: Landing) -> list[Break]:
    """The order came a second time under another id, and nobody paid that one."""
    row = landing.orders(f"{FINAL} and tenders.method = 'card'")
    for table, key in (("repair_order", ""), ("ro_line", " || chr(31) || line_id")):
        landing.run(
            f"""insert into {table} select * replace (
                'edit-7' as ro_id, cast(md5(_connection || chr(31) || 'edit-7'{key}) as uuid) as _key,
                cast(md5('edit-7') as uuid) as _version {", cast(md5(_connection || chr(31) || 'edit-7') as uuid)"
                " as _parent_key" if key else ""}
            ) from {table} where _version = ?""",
            row["order_version"],
        )
    return [(row["closed_date"], "R02", "edit-7", -row["amount"])]


def died_with_its_advance(landing: Landing) -> list[Break]:
    row = landing.orders(FINAL)
    landing.run("update repair_order set status = 'void', voided_date = closed_date where ro_id = ?", row["ro_id"])
    landing.run("update tender set kind = 'advance', amount = 40 where tender_id = ?", row["tender_id"])
    return [(row["closed_date"], "R05", row["ro_id"], Decimal("0.00"))]


def reopened_and_left_open(landing: Landing) -> list[Break]:
    row = landing.orders(f"{FINAL} and tenders.method = 'card'")
    landing.reopen(row)
    return [(row["closed_date"], "R06", row["ro_id"], row["amount"])]


def reopened_and_payment_gone(landing: Landing) -> list[Break]:
    row = landing.orders(f"{FINAL} and tenders.method = 'card'")
    landing.reopen(row)
    landing.run("update tender set _is_deleted = true where tender_id = ?", row["tender_id"])
    return [(row["closed_date"], "R07", row["ro_id"], Decimal("0.00"))]


def cheaper_than_it_was(landing: Landing) -> list[Break]:
    """The order was closed at more and paid in full; today it comes to less."""
    row = landing.orders(f"{FINAL} and tenders.method = 'card'")
    landing.was_closed(row, dearer="2.50")
    more = landing.lines(row) * Decimal("2.50")
    landing.run("update tender set amount = amount + ? where tender_id = ?", more, row["tender_id"])
    return [(row["closed_date"], "R09", row["ro_id"], more)]


def dated_in_greenwich(landing: Landing) -> list[Break]:
    """Taken at half past ten in the evening in Chicago, dated by a clock that shows the next morning."""
    row = landing.orders(f"{FINAL} and tenders.method = 'card'")
    landing.run(
        """update tender set business_date = business_date + 1,
        recorded_at = cast(business_date + 1 as timestamp) at time zone 'UTC' + interval '270' minute
        where tender_id = ?""",
        row["tender_id"],
    )
    return both_sides(row, "R10", row["closed_date"] + timedelta(days=1))


def dated_back(landing: Landing) -> list[Break]:
    row = landing.orders(f"{FINAL} and tenders.method = 'card'")
    landing.run("update tender set business_date = business_date - 2 where tender_id = ?", row["tender_id"])
    return both_sides(row, "R12", row["closed_date"] - timedelta(days=2))


def paid_too_little(landing: Landing) -> list[Break]:
    row = landing.orders(f"{FINAL} and tenders.method = 'card'")
    landing.run("update tender set amount = amount - 7.77 where tender_id = ?", row["tender_id"])
    return [(row["closed_date"], "R13", row["ro_id"], Decimal("-7.77"))]


def charge_lost(landing: Landing) -> list[Break]:
    row = landing.orders("tenders.kind = 'ar_charge' and tenders.method_name = 'Charge'")
    landing.run("delete from tender where tender_id = ?", row["tender_id"])
    return [(row["closed_date"], "R14", row["ro_id"], -row["amount"])]


def fee_not_billed(landing: Landing) -> list[Break]:
    row = landing.orders(f"{FINAL} and tenders.method = 'card'", "coalesce(orders.header_upcharge, 0) = 0")
    fee = (row["amount"] * Decimal("0.03")).quantize(Decimal("0.01"), ROUND_HALF_UP)
    landing.run("update tender set amount = amount + ? where tender_id = ?", fee, row["tender_id"])
    return [(row["closed_date"], "R15", row["ro_id"], fee)]


def money_back(landing: Landing) -> list[Break]:
    row = landing.orders(f"{FINAL} and tenders.method = 'card'")
    landing.copy(row["tender_id"], "edit-8", LATER.format(amount="-12.34"))
    return [(row["closed_date"] + timedelta(days=3), "R17", row["ro_id"], Decimal("-12.34"))]


def rounded_cash(landing: Landing) -> list[Break]:
    row = landing.orders(f"{FINAL} and tenders.method = 'cash' and cast(tenders.amount * 100 as integer) % 5 <> 0")
    paid = (row["amount"] * 20).quantize(Decimal(1), ROUND_HALF_UP) / 20
    landing.run("update tender set amount = ? where tender_id = ?", paid, row["tender_id"])
    return [(row["closed_date"], "R18", row["ro_id"], paid - row["amount"])]


def read_before_its_close(landing: Landing) -> list[Break]:
    row = landing.orders(f"{FINAL} and tenders.method = 'card'")
    landing.run(
        "update repair_order set status = 'finished', closed_date = null, closed_at = null where ro_id = ?", row["ro_id"]
    )
    landing.run("update tender set recorded_at = recorded_at + interval '9' hour where tender_id = ?", row["tender_id"])
    return [(row["closed_date"], "R22", row["ro_id"], row["amount"])]


def factory_owes_nothing(landing: Landing) -> list[Break]:
    """The work is the factory's to pay, and no receivable says so."""
    found = landing.connection.execute(
        """select orders.closed_date, orders.ro_id, tenders.amount, tenders.tender_id
        from tender as tenders join repair_order as orders on tenders.ro_id = orders.ro_id
        where tenders.method_name = 'Warranty' and orders.status = 'closed' and not list_contains(?, orders.ro_id)
        order by tenders.tender_id limit 1""",
        [sorted(landing.used)],
    )
    day, ro_id, amount, tender_id = found.fetchall()[0]
    landing.used.add(ro_id)
    landing.run("delete from tender where tender_id = ?", tender_id)
    return [(day, "R23", ro_id, -amount)]


def taken_back_by_the_bank(landing: Landing) -> list[Break]:
    row = landing.orders(f"{FINAL} and tenders.method = 'card'")
    landing.copy(row["tender_id"], "edit-9", LATER.format(amount=-row["amount"]))
    landing.run(
        "update processor_txn set reference = ?, gross = ? where txn_id = 'dispute-1'", row["ro_number"], -row["amount"]
    )
    return [(row["closed_date"] + timedelta(days=3), "R24", row["ro_id"], -row["amount"])]


def paid_in_the_other_shop(landing: Landing) -> list[Break]:
    row = landing.orders(f"{FINAL} and tenders.method = 'card'")
    landing.run("update tender set site = ? where tender_id = ?", landing.other_shop, row["tender_id"])
    return [
        (row["closed_date"], "R25", row["ro_id"], -row["amount"]),
        (row["closed_date"], "R25", row["ro_id"], row["amount"]),
    ]


EDITS: list[Callable[[Landing], list[Break]]] = [
    paid_twice,
    header_again,
    lost_on_the_way,
    voided_with_its_payment,
    died_with_its_advance,
    reopened_and_left_open,
    reopened_and_payment_gone,
    charged_twice,
    cheaper_than_it_was,
    dated_in_greenwich,
    posted_two_days_late,
    dated_back,
    paid_too_little,
    charge_lost,
    fee_not_billed,
    advance_forgotten,
    money_back,
    rounded_cash,
    order_forgotten,
    line_lost,
    read_before_its_close,
    factory_owes_nothing,
    taken_back_by_the_bank,
    paid_in_the_other_shop,
    one_card_of_two_lost,  # the last: its day has no other
]
