"""A shop shown by one incremental mode, pulled and read through the models round by round, beside the truth.

Belongs here: what every mode shares. Keep out: how a source shows the shop (the tests), what is done (thousand.py)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from thousand import ROUNDS, Order, Shop

from connectors.base import Source
from connectors.landing import landing, manifest

SEED, HISTORIES = 20260311, 1000
Truth = dict[str, set[tuple[Any, ...]]]
STAGING = {
    "repair_order": "select ro_id, status, closed_date, header_total from current_orders",
    "ro_line": """select ro_id, line_id, net_amount from stg_{kind}__ro_line
        where _version in (select _version from current_orders)""",
    "tender": "select ro_id, tender_id, amount, business_date from {tenders} where not _is_deleted",
}


class Mode(ABC):
    """How a source shows the shop, and how the models are read: the first column is the order's number."""

    source: Source
    sites: Mapping[str, str] = {"S1": "chi"}
    orders = "stg_{kind}__repair_order"
    reads: Mapping[str, str] = STAGING

    @abstractmethod
    def show(self, shop: Shop) -> None:
        """What the source holds after a round."""

    @abstractmethod
    def truth(self, shop: Shop) -> Truth:
        """What the pulls must have brought by now."""

    def sweeps(self, shop: Shop) -> bool:
        """Is this round's pull asked for all keys?"""
        return False

    def untold(self, shop: Shop) -> set[str]:
        """Orders whose end the source has told nobody yet."""
        return set()


def of_orders(orders: list[Order]) -> Truth:
    alive = [order for order in orders if not order.gone]
    return {
        "repair_order": {(str(one.no), one.state, one.closed, one.total) for one in alive},
        "ro_line": {(str(one.no), str(line), amount) for one in alive for line, amount in one.lines.items()},
        "tender": {
            (str(one.no), str(number), amount, day) for one in alive for number, (amount, day) in one.payments.items()
        },
    }


def held(con: duckdb.DuckDBPyConnection, mode: Mode, newest: Callable[[str], str]) -> Truth:
    """Newest versions as the models give them, what is deleted left out; lines by the version of their order."""
    kind = mode.source.kind
    orders = f"(select * from {newest(mode.orders.format(kind=kind))} where not _is_deleted)"
    con.execute(f"create or replace temp table current_orders as select * from {orders}")
    found = {}
    for table, query in mode.reads.items():
        rows = con.execute(query.format(kind=kind, tenders=newest(f"stg_{kind}__tender"))).fetchall()
        assert len(rows) == len(set(rows)), table
        found[table] = set(rows)
    return found


def go_through(home: Path, mode: Mode, shop: Shop, build: Any, newest: Callable[[str], str]) -> None:
    con, kind = build(mode.source, "dms", home / "nothing yet"), mode.source.kind
    for _ in range(ROUNDS):
        shop.next()
        mode.show(shop)
        result = landing.pull(home, "dms", mode.source, mode.sites, shop.now, sweep=mode.sweeps(shop))
        assert (result.failed, result.quarantined) == ({}, 0)
        for file in manifest.folder(home, "dms", result.pull_id).glob("*.parquet"):  # the models are views
            con.execute(f"insert into landing.{kind}__{file.stem} by name from read_parquet('{file}')")
        compare(mode.truth(shop), held(con, mode, newest), mode.untold(shop), shop.round)
    con.close()
    assert shop.now < datetime(2026, 4, 1, tzinfo=UTC)
    assert min(shop.done.values()) >= len(shop.orders) // 20, shop.done


def compare(truth: Truth, found: Truth, untold: set[str], number: int) -> None:
    for table, rows in truth.items():
        lost, more = rows - found[table], {row for row in found[table] - rows if row[0] not in untold}
        assert not lost, f"round {number}, {table}: lost {sorted(map(str, lost))[:3]}"
        assert not more, f"round {number}, {table}: too much {sorted(map(str, more))[:3]}"
