"""A small shop whose DMS is a database, for the how-tos. Keep out: the stories themselves."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

MAPPING = """
vendor: small
formula_family: F1
locale: {zone: America/Chicago}
tenancy: {constant: S1}
status_map: {O: open, F: closed, V: void}
method_map: {CA: cash, CC: card}
kind_map: {P: final}
entities:
  repair_order:
    table: orders
    key: [no]
    columns: {ro_id: no, ro_number: no, status: state, closed_date: closed, header_total: total}
    incremental: {mode: window_on, column: closed, open: [{ne: [state, F]}]}
  ro_line:
    table: lines
    parent: {on: {no: no}}
    columns: {ro_id: no, line_id: id, line_type: {literal: part}, gross_amount: ext, net_amount: ext}
  tender:
    table: payments
    key: [id]
    columns:
      {tender_id: id, ro_id: no, kind: {literal: P}, method: how, amount: ext, business_date: paid}
    incremental: {mode: window_on, column: paid}
"""
TABLES = """
create table orders (no integer primary key, state text, closed date, total numeric(12,2));
create table lines (no integer, id integer primary key, ext numeric(12,2));
create table payments (id integer primary key, no integer, how text, ext numeric(12,2), paid date);
"""


class Dms:
    """The database of a shop's system: orders of one line, each paid on the day of its close."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.url = f"sqlite:///{folder / 'dms.db'}"
        self.db = sqlite3.connect(folder / "dms.db", isolation_level=None)
        self.db.executescript(TABLES)

    def sell(self, number: int, days_ago: int, amount: str, how: str = "CA") -> None:
        day = (datetime.now(UTC).date() - timedelta(days=days_ago)).isoformat()
        self.db.execute("insert into orders values (?, 'F', ?, ?)", (number, day, amount))
        self.db.execute("insert into lines values (?, ?, ?)", (number, number, amount))
        self.db.execute("insert into payments values (?, ?, ?, ?, ?)", (number, number, how, amount, day))


def company(folder: Path, settings: str) -> None:
    """A tieout.yml, and the mapping of the shop's system beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tieout.yml").write_text(settings, encoding="utf-8")
    (folder / "mapping.yml").write_text(MAPPING, encoding="utf-8")


ORDER = "ro_id,site,ro_number,status,closed_date,header_total,updated_at"
LINE = "ro_id,line_id,line_type,gross_amount,net_amount"
TENDER = "tender_id,site,ro_id,kind,method,amount,business_date,updated_at"


def deliver(folder: Path, name: str, *orders: tuple[int, str, str], site: str = "S1", till: str = "S1") -> None:
    """A delivery of canonical files: orders (number, day, amount) of one line, each paid in cash at a till."""
    at = "2026-03-12T01:00:00Z"
    files = {
        "repair_order": [ORDER, *(f"{no},{site},{no},closed,{day},{money},{at}" for no, day, money in orders)],
        "ro_line": [LINE, *(f"{no},1,part,{money},{money}" for no, _, money in orders)],
        "tender": [TENDER, *(f"{no},{till},{no},final,cash,{money},{day},{at}" for no, day, money in orders)],
    }
    (folder / name).mkdir(parents=True)
    for entity, lines in files.items():
        (folder / name / f"{entity}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ready = "".join(f"{entity}.csv,{len(orders)}\n" for entity in files)
    (folder / name / "_READY").write_text(ready, encoding="utf-8")
