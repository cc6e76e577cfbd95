"""A thousand histories at a time through every incremental mode, each its own order in one shop: after each of twenty
rounds of deeds, pulls and readings of the models, what the models hold is what the source says.

Late edits, voids, reopens, deletions, orders that come back, changes stamped before the last pull and seen after it,
deliveries again and out of order. Keep out: what is done (thousand.py), rounds and the comparison (rounds.py), sources
that are asked over HTTP (test_thousand_histories_by_api.py)."""

from __future__ import annotations

import copy
import csv
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rounds import HISTORIES, SEED, Mode, Truth, go_through, of_orders
from thousand import ROUNDS, Order, Shop

from connectors.base import Source
from connectors.files import Files
from connectors.sql.source import Sql


class Database(Mode):
    """Kind sql over SQLite: the rows of today, deleted ones gone without a word."""

    def __init__(self, folder: Path, order: str, payment: str) -> None:
        mapping = folder / "mapping.yml"
        mapping.write_text(MAPPING.format(order=order, payment=payment))
        self.db = sqlite3.connect(folder / "shop.db", isolation_level=None)
        self.db.executescript(TABLES)
        self.source: Source = Sql(f"sqlite:///{folder / 'shop.db'}", mapping=mapping)

    def show(self, shop: Shop) -> None:
        self.db.execute("begin")
        for order in shop.touched:
            changed = order.changed.astimezone(ZoneInfo("America/Chicago")).strftime("%Y-%m-%d %H:%M:%S")
            for table in ("orders", "lines", "payments"):
                self.db.execute(f"delete from {table} where no = ?", [order.no])
            if not order.gone:
                row = (order.no, order.state, order.closed and str(order.closed), str(order.total), changed)
                self.db.execute("insert into orders values (?, ?, ?, ?, ?)", row)
                lines = [(order.no, line, str(amount)) for line, amount in order.lines.items()]
                self.db.executemany("insert into lines values (?, ?, ?)", lines)
                paid = [(number, order.no, str(a), str(day), changed) for number, (a, day) in order.payments.items()]
                self.db.executemany("insert into payments values (?, ?, ?, ?, ?)", paid)
        self.db.execute("commit")

    def truth(self, shop: Shop) -> Truth:
        return of_orders(shop.live())


MAPPING = """
vendor: small
formula_family: F1
locale: {{zone: America/Chicago}}
tenancy: {{constant: S1}}
status_map: {{O: open, F: closed, V: void}}
method_map: {{CA: cash}}
kind_map: {{P: final}}
entities:
  repair_order:
    table: orders
    key: [no]
    columns: {{ro_id: no, ro_number: no, status: state, closed_date: closed, header_total: total{order[1]}}}
    incremental: {order[0]}
    sweep: every_pull
  ro_line:
    table: lines
    parent: {{on: {{no: no}}}}
    columns: {{ro_id: no, line_id: id, line_type: {{literal: part}}, gross_amount: ext, net_amount: ext}}
  tender:
    table: payments
    key: [id]
    columns: {{tender_id: id, ro_id: no, kind: {{literal: P}}, method: {{literal: CA}}, amount: ext, business_date: paid{payment[1]}}}
    incremental: {payment[0]}
    sweep: every_pull
"""
TABLES = """
create table orders (no integer primary key, state text, closed date, total numeric(12,2), changed datetime);
create table lines (no integer, id integer primary key, ext numeric(12,2));
create table payments (id integer primary key, no integer, ext numeric(12,2), paid date, changed datetime);
create index lines_no on lines (no); create index payments_no on payments (no);
"""
STAMP = ", updated_at: changed"
SQL_MODES = {
    "updated_at": (("{mode: updated_at, column: changed}", STAMP), ("{mode: updated_at, column: changed}", STAMP)),
    "open_set": (
        ("{mode: window_on, column: closed, open: [{ne: [state, F]}]}", ""),
        ("{mode: window_on, column: paid}", ""),
    ),
    "snapshot": (("{mode: snapshot}", ""), ("{mode: snapshot}", "")),
}


STATES = {"O": "open", "F": "closed", "V": "void"}


@dataclass
class Deliveries(Mode):
    """Kind files: what was touched, round by round; some deliveries come late, some come again."""

    folder: Path
    kept: dict[str, list[Order]] = field(default_factory=dict)
    arrived: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.source: Source = Files(self.folder)

    def show(self, shop: Shop) -> None:
        name = f"g{shop.round:02}"
        self.kept[name] = copy.deepcopy(shop.touched)
        if shop.random.random() < 0.7 or shop.round == ROUNDS - 1:
            self._write(name, self.kept[name])
        for late in [one for one in self.kept if one not in self.arrived and one != name]:
            if shop.random.random() < 0.4 or shop.round == ROUNDS - 1:
                self._write(late, self.kept[late])
        if shop.random.random() < 0.3 and self.arrived:
            self._write(f"{name}_again", self.kept[shop.random.choice(self.arrived).removesuffix("_again")])

    def truth(self, shop: Shop) -> Truth:
        last: dict[int, Order] = {}
        for name in self.arrived:
            for order in self.kept.get(name, []):
                if order.no not in last or last[order.no].changed < order.changed:
                    last[order.no] = order
        found = of_orders(list(last.values()))
        orders = {(no, STATES[state], closed, total) for no, state, closed, total in found["repair_order"]}
        return found | {"repair_order": orders}

    def _write(self, name: str, orders: list[Order]) -> None:
        files = {"repair_order": self._orders, "ro_line": self._lines, "tender": self._tenders}
        place, counts = self.folder / name, []
        place.mkdir()
        for entity, rows in files.items():
            listed = list(rows(orders))
            with (place / f"{entity}.csv").open("w", newline="") as file:
                csv.writer(file).writerows([COLUMNS[entity].split(), *listed])
            counts.append(f"{entity}.csv,{len(listed)}\n")
        (place / "_READY").write_text("".join(counts))
        self.arrived.append(name)

    def _orders(self, orders: list[Order]) -> Iterator[tuple[Any, ...]]:
        for one in orders:
            state = STATES[one.state]
            yield one.no, "S1", one.no, state, one.closed, one.total, one.changed.isoformat(), str(one.gone).lower()

    def _lines(self, orders: list[Order]) -> Iterator[tuple[Any, ...]]:
        for one in orders:
            for line, amount in one.lines.items() if not one.gone else ():
                yield one.no, line, "part", amount, amount

    def _tenders(self, orders: list[Order]) -> Iterator[tuple[Any, ...]]:
        for one in orders:
            at = one.changed.isoformat()
            for number, (amount, day) in one.payments.items():
                yield number, "S1", one.no, "final", "cash", amount, day, at, "false"
            for number in sorted(one.dropped):
                yield number, "S1", one.no, "final", "cash", "0.00", "2026-03-01", at, "true"


COLUMNS = {
    "repair_order": "ro_id site ro_number status closed_date header_total updated_at deleted",
    "ro_line": "ro_id line_id line_type gross_amount net_amount",
    "tender": "tender_id site ro_id kind method amount business_date updated_at deleted",
}


def mode_of(name: str, folder: Path) -> Mode:
    return Deliveries(folder / "drop") if name == "files" else Database(folder, *SQL_MODES[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["files", *SQL_MODES])
def test_a_thousand_histories(name: str, tmp_path: Path, build: Any, newest: Callable[[str], str]) -> None:
    go_through(tmp_path, mode_of(name, tmp_path), Shop(SEED, HISTORIES), build, newest)
