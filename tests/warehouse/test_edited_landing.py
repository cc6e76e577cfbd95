"""Breaks that no simulator planted: landed rows of a company that ties are edited by hand, and each edit must be found
with its cause, its order and its cents. Keep out: breaks that the simulator plants (test_made_up_company.py)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from warehouse.homes import Home, deliver, files_world, home_of_world

from connectors.landing import packing
from connectors.landing.manifest import manifests

Row = dict[str, Any]
Break = tuple[date, str, str, Decimal]  # business date, cause, order (or payment), delta


class Landing:
    """The landed files of one shop, edited in place; every order is used for one edit only."""

    def __init__(self, home: Home) -> None:
        pulls = [(said.connection, said.pull_id) for said in manifests(home.folder)]
        self.files = {table: found[0][0] for (_, table), found in packing.files_for(home.folder, pulls).items()}
        self.used: set[str] = set()
        self.connection = duckdb.connect()
        self.connection.execute("set TimeZone = 'UTC'")
        for table, path in self.files.items():
            self.connection.execute(f"create table {table} as from '{path}'")

    def orders(self, tender: str, order: str = "true") -> Row:
        """A closed order that nothing else touches, with its only tender."""
        cursor = self.connection.execute(
            f"""select tenders.*, orders.closed_date, orders.ro_number
            from tender as tenders join repair_order as orders on tenders.ro_id = orders.ro_id
            where orders.status = 'closed' and {tender} and {order} and not list_contains(?, tenders.ro_id)
            and (select count(*) from tender as others where others.ro_id = tenders.ro_id) = 1
            and (select count(*) from repair_order as others where others.ro_id = orders.ro_id) = 1
            and (select count(*) from repair_order as refunds where refunds.refund_of_ro_id = orders.ro_id) = 0
            order by tenders.tender_id limit 1""",
            [sorted(self.used)],
        )
        names = [column[0] for column in cursor.description or []]
        row = dict(zip(names, cursor.fetchall()[0], strict=True))
        self.used.add(row["ro_id"])
        return row

    def copy(self, tender_id: str, new_id: str, changes: str) -> None:
        """The same landed row under another id."""
        self.connection.execute(
            f"""insert into tender select * replace (
                '{new_id}' as tender_id, cast(md5(_connection || chr(31) || '{new_id}') as uuid) as _key,
                cast(md5('{new_id}') as uuid) as _version, {changes}
            ) from tender where tender_id = ?""",
            [tender_id],
        )

    def write(self) -> None:
        for table, path in self.files.items():
            self.connection.execute(f"copy {table} to '{path}' (format parquet, compression zstd)")
        self.connection.close()


FINAL = "tenders.kind = 'final' and tenders.amount > 20 and tenders.business_date = orders.closed_date"


def paid_twice(landing: Landing) -> list[Break]:
    row = landing.orders(f"{FINAL} and tenders.method = 'card' and tenders.auth_code is not null")
    landing.copy(row["tender_id"], "edit-1", "recorded_at + interval '4' minute as recorded_at")
    return [(row["closed_date"], "R01", row["ro_id"], row["amount"])]


def lost_on_the_way(landing: Landing) -> list[Break]:
    row = landing.orders(f"{FINAL} and tenders.method = 'cash'")
    landing.connection.execute("delete from tender where tender_id = ?", [row["tender_id"]])
    return [(row["closed_date"], "R03", row["ro_id"], -row["amount"])]


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


def two_cards_both_due(landing: Landing) -> list[Break]:
    """A decoy: the bill was split over two cards of the same amount, with an authorization each."""
    row = landing.orders(f"{FINAL} and tenders.method = 'card' and (tenders.amount * 100) % 2 = 0")
    half = row["amount"] / 2
    landing.connection.execute("update tender set amount = ? where tender_id = ?", [half, row["tender_id"]])
    landing.copy(row["tender_id"], "edit-4", "'777777' as auth_code, recorded_at + interval '1' minute as recorded_at")
    return []


def late_and_unpaid_estimate(landing: Landing) -> list[Break]:
    """A decoy: an advance on an order that is still open breaks nothing."""
    row = landing.orders(f"{FINAL} and tenders.method = 'card'")
    landing.copy(row["tender_id"], "edit-5", "'advance' as kind, 'nowhere' as ro_id, null as auth_code")
    return []


EDITS: list[Callable[[Landing], list[Break]]] = [
    paid_twice,
    lost_on_the_way,
    voided_with_its_payment,
    posted_two_days_late,
    charged_twice,
    advance_forgotten,
    line_lost,
    order_forgotten,
    two_cards_both_due,
    late_and_unpaid_estimate,
]


def edited_home(folder: Path) -> tuple[Home, Counter[Break]]:
    """Landed, not built."""
    world = files_world(7, 1, 20, ros_per_day=12, calls_per_day=2, breaks=0)
    home = home_of_world(folder, world)
    deliver(home, world, None, world.as_of)
    home.pull(world.as_of)
    landing = Landing(home)
    wanted: Counter[Break] = Counter()
    for edit in EDITS:
        wanted.update(edit(landing))
    landing.write()
    return home, wanted


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Counter[Break]]:
    home, wanted = edited_home(tmp_path_factory.mktemp("edited"))
    home.build()
    return home, wanted


def found(home: Home) -> Counter[Break]:
    with home.connect() as connection:
        return Counter(
            connection.execute(
                """select breaks.business_date, breaks.cause_code,
                    coalesce(orders.source_entity_id, tenders.source_entity_id), breaks.delta
                from finance.recon_break as breaks
                left join core.fct_repair_order as orders on breaks.tie_key = orders.ro_key
                left join core.fct_tender as tenders on breaks.tie_key = tenders.tender_key"""
            ).fetchall()
        )


def test_edits_of_landed_rows_are_found_with_cause_order_and_cents_and_nothing_else_is(
    edited: tuple[Home, Counter[Break]],
) -> None:
    home, wanted = edited
    assert sum(wanted.values()) == 11
    actual = found(home)
    assert (wanted - actual, actual - wanted) == (Counter(), Counter())


def test_every_day_without_an_edit_ties_at_zero(edited: tuple[Home, Counter[Break]]) -> None:
    home, wanted = edited
    days = home.rows("select business_date, delta from finance.recon_sales_payments", 1)
    touched = {day for day, *_ in wanted}
    assert {day for (day,), delta in days.items() if delta} <= touched
    assert len(days) > len(touched)
