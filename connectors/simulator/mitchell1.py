"""Far end `mitchell1`: a database that behaves like Mitchell 1 Manager SE's (SOURCES.md section 3), at an instant.

Belongs here: the truth as that vendor's rows. Keep out: its (made-up) table names (mitchell1_schema).

An order is an Estimate, a Repair Order, an Invoice, then Posted with its payments; an Invoice that gets another line
is a Repair Order again. Sublet (and towing) stands among the labor, with a mark. What was charged to the account at
posting is a column of the order; receipts are on invoice, on deposit or on account.
What it cannot carry, and what becomes of it: fees, supplies, card fees, discounts and taxes have no lines, only sums
of the order (so they lose description, payer and tax flag, and coupons and packages are discounts); a line has one
technician; a decision has no reason and no date; sublet of a job is not quoted."""

from __future__ import annotations

import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.simulator.events import Company, Event, Site, State, state_at
from connectors.simulator.mitchell1_schema import TABLES, columns, ddl
from connectors.simulator.operations import of_site
from connectors.simulator.rowriter import cell

Row = dict[str, Any]
ZERO = Decimal("0.00")
STAGES = {"estimate": "Estimate", "finished": "Invoice", "closed": "Posted", "void": "Void"}  # else: Repair Order
DECISIONS = {"sold": "Approved", "declined": "Declined", "deferred": "Deferred", "open": "Pending"}
POSITIONS = {"advisor": "Service Writer", "technician": "Technician", "manager": "Manager"}
RECEIPTS = {"final": "On Invoice", "advance": "On Deposit", "ar_payment": "On Account"}
ITEMS = {"part": "OrderPart", "labor": "OrderLabor", "sublet": "OrderLabor", "other": "OrderLabor"}
SUMS = {
    "PartsTotal": ("part",),
    "SubletTotal": ("sublet", "other"),
    "Supplies": ("supply",),
    "Hazardous": ("fee", "upcharge"),
    "Tax": ("tax",),
}
TAKEN_OFF = ("discount", "coupon", "package_discount", "package_add")


def write(company: Company, events: Iterable[Event], site: Site, path: Path, *, as_of: datetime) -> None:
    """The database file, whole."""
    events = of_site(events, site, as_of)
    tables: dict[str, list[Row]] = {name: [] for name in TABLES}
    for table, row in _rows(state_at(events, as_of, site.id), _reverted(events)):
        tables[table].append(row)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with closing(sqlite3.connect(fresh)) as db:
        for table, rows in tables.items():
            names = columns(table)
            db.execute(ddl(table))
            values = [[cell(site, row.get(name, row.get(truth))) for name, truth in names.items()] for row in rows]
            db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})", values)
        db.commit()
    os.replace(fresh, path)


def _reverted(events: Iterable[Event]) -> set[str]:
    """Invoices that got another line since they were made: repair orders again."""
    lines: dict[str, int] = {}
    reverted: set[str] = set()
    for event in events:
        if event.entity != "repair_order":
            continue
        if event.data["status"] != "finished":
            lines.pop(event.key, None)
            reverted.discard(event.key)
        elif len(event.data["lines"]) > lines.setdefault(event.key, len(event.data["lines"])):
            reverted.add(event.key)
    return reverted


def _rows(state: State, reverted: set[str]) -> Iterator[tuple[str, Row]]:
    """Table and row: the truth's columns, with the vendor's own beside them."""
    for row in state["customer"].values():
        phones = [*str(row["phones"] or "").split(";"), None]
        yield "Customer", {**row, "HomePhone": phones[0] or None, "CellPhone": phones[1]}
    for row in state["vehicle"].values():
        yield "Vehicle", row
    for row in state["employee"].values():
        yield "Employee", {**row, "Position": POSITIONS.get(row["role"], "Office")}
    charged: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for row in state["tender"].values():
        if row["kind"] == "ar_charge":
            charged[row["ro_id"]] += row["amount"]
        elif not row["is_void"]:
            yield "Receipt", {**row, "ReceiptKind": RECEIPTS[row["kind"]]}
    for row in state["repair_order"].values():
        stage = "Repair Order" if row["ro_id"] in reverted else STAGES.get(row["status"], "Repair Order")
        yield "RepairOrder", {**row, **_sums(row), "Stage": stage, "Charged": charged.get(row["ro_id"])}
        yield from _details(row)
    yield from _back_office(state)


def _sums(order: Row) -> Row:
    """A sum of nothing is empty. Of a void the lines are gone and the total stays."""
    sums = {name: _net(order, *kinds) or None for name, kinds in SUMS.items()}
    return {**sums, "DiscountTotal": -_net(order, *TAKEN_OFF) or None, "Total": order["header_total"]}


def _net(order: Row, *kinds: str) -> Decimal:
    return sum((line["net_amount"] for line in order["lines"] if line["line_type"] in kinds), ZERO)


def _details(order: Row) -> Iterator[tuple[str, Row]]:
    for job in order["jobs"]:
        yield "OrderJob", {**job, "Authorization": DECISIONS[job["decision"]]}
    for row in order["lines"]:
        if row["line_type"] in ITEMS:
            technician = (row["technician_ids"] or "").partition(":")[0] or None
            mark = "L" if row["line_type"] == "labor" else "S"
            yield ITEMS[row["line_type"]], {**row, "LaborType": mark, "TechnicianId": technician}


def _back_office(state: State) -> Iterator[tuple[str, Row]]:
    for row in state["appointment"].values():
        yield "Appointment", {**row, "Origin": row["source"].replace("_", " ").title()}
    for row in state["ar_entry"].values():
        yield "Ledger", {**row, "EntryKind": row["type"].replace("_", " ").title()}
    for number, row in enumerate(state["purchase_line"].values(), start=1):
        yield "VendorInvoiceItem", {**row, "RowId": number}
    for row in state["time_card"].values():
        yield "TimeClock", row
