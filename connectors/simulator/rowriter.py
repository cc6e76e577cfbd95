"""Far end `rowriter`: a database that behaves like R.O. Writer's (SOURCES.md section 1), at an instant.

Belongs here: the truth as that vendor's rows. Keep out: its (made-up) table names (rowriter_schema)."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.simulator.events import Company, Event, Site, State, state_at
from connectors.simulator.rowriter_schema import TABLES, columns, ddl

Row = dict[str, Any]
STATUS = {
    "open": "",
    "closed": "Closed",
    "on_hold": "On-Hold",
    "scheduled": "Expected In",
    "finished": "Finished",
    "void": "Void",
}
AUTH = {"sold": "Approved", "declined": "Declined", "deferred": "Deferred", "open": "Approval Needed"}
ROLES = {"advisor": "Writer", "technician": "Tech", "manager": "Manager"}
DETAIL = {
    "part": "tblTicketPart",
    "labor": "tblTicketLabor",
    "sublet": "tblTicketSublet",
}  # the rest: charges
CHARGES = {
    "supply": "SUPPLY",
    "fee": "FEE",
    "tax": "TAX",
    "upcharge": "CARDFEE",
    "other": "OTHER",
    "discount": "DISC",
    "coupon": "COUPON",
    "package_discount": "PKGDISC",
    "package_add": "PKGADD",
}
MONEY = {
    "final": "tblPayment",
    "advance": "tblAdvance",
    "ar_charge": "tblCharge",
    "ar_payment": "tblArPayment",
}
ENTRIES = {
    "charge": "CHG",
    "payment": "PMT",
    "finance_charge": "FIN",
    "write_off": "WOFF",
    "credit_memo": "CRED",
    "deleted_charge": "DCHG",
}
MADE_BY = {"online": "WEB", "walk_in": "DESK", "phone": "TEL"}
PAY_TYPES = ("Visa", "MasterCard", "Amex", "Discover", "Debit", "Synchrony", "ACH", "ScanPay")  # at most nine


def write(
    company: Company,
    events: Iterable[Event],
    site: Site,
    path: Path,
    *,
    as_of: datetime,
    last_changed: bool | None = None,
) -> None:
    """The database file, whole; by default the first such shop's, the third's... have LastChanged columns."""
    if last_changed is None:
        stamped = [one.id for one in company.sites if one.dms == "rowriter"][::2]
        last_changed = site.id in stamped
    tables: dict[str, list[Row]] = {name: [] for name in TABLES}
    for table, row in _rows(site, state_at(events, as_of, site.id)):
        tables[table].append(row)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with closing(sqlite3.connect(fresh)) as db:
        for table, rows in tables.items():
            _fill(db, site, table, rows, last_changed=last_changed)
        db.commit()
    os.replace(fresh, path)


def _fill(db: sqlite3.Connection, site: Site, table: str, rows: list[Row], *, last_changed: bool) -> None:
    names = columns(table, last_changed=last_changed)
    db.execute(ddl(table, last_changed=last_changed))
    marks = ", ".join("?" * len(names))
    values = [[cell(site, row.get(name, row.get(truth))) for name, truth in names.items()] for row in rows]
    db.executemany(f"INSERT INTO {table} VALUES ({marks})", values)


def _rows(site: Site, state: State) -> Iterator[tuple[str, Row]]:
    """Table and row: the truth's columns, with the vendor's own beside them."""
    for slot, name in enumerate(PAY_TYPES, start=1):
        yield "tblPayType", {"Slot": slot, "TypeName": name, "FeePercent": site.upcharge_pct * 100}
    for row in state["customer"].values():
        yield "tblCustomer", {**row, **_customer(row)}
    for row in state["vehicle"].values():
        yield "tblVehicle", row
    for row in state["employee"].values():
        yield "tblEmployee", {**row, "EmpRole": ROLES[row["role"]]}
    for row in state["repair_order"].values():
        if row["status"] == "estimate":  # estimates have their own numbers and their own table
            yield "tblEstimate", {**row, "ShopCode": site.source_code}
        else:
            yield "tblTicket", {**row, "ShopCode": site.source_code, "Status": STATUS[row["status"]]}
            yield from _details(row)
    for row in state["tender"].values():
        yield MONEY[row["kind"]], row
    yield from _back_office(state)


def _back_office(state: State) -> Iterator[tuple[str, Row]]:
    for row in state["appointment"].values():
        yield "tblAppt", {**row, "MadeBy": MADE_BY[row["source"]]}
    for row in state["ar_entry"].values():
        yield "tblArLedger", {**row, "EntryType": ENTRIES[row["type"]]}
    for number, row in enumerate(state["purchase_line"].values(), start=1):
        yield "tblVendorInvoiceLine", {**row, "RowID": number}
    for row in state["time_card"].values():
        yield "tblTimeCard", row


def _customer(row: Row) -> Row:
    phones = [*str(row["phones"]).split(";"), None]
    kind = "F" if row["type"] == "fleet" else "R"
    return {
        "CustKind": kind,
        "Phone1": phones[0],
        "Phone2": phones[1],
        "Terms": "NET 30" if row["ar_terms"] else None,
    }


def _details(ro: Row) -> Iterator[tuple[str, Row]]:
    taxes = {tax["jurisdiction"]: tax for tax in ro["taxes"]}
    for job in ro["jobs"]:
        yield "tblTicketJob", {**job, "Auth": AUTH[job["decision"]]}
    for row in ro["lines"]:
        kind = row["line_type"]
        if kind in CHARGES:
            tax = taxes.get(row["tax_code"], {})
            own = {
                "ChargeKind": CHARGES[kind],
                "TaxBase": tax.get("taxable_base"),
                "TaxRate": tax.get("rate"),
            }
            yield "tblTicketCharge", {**row, **own}
        else:
            yield DETAIL[kind], {**row, **_technicians(row["technician_ids"])}


def _technicians(shares: str | None) -> Row:
    """At most two on a line."""
    made: Row = {}
    for number, one in enumerate((shares or "").split(";"), start=1):
        key, _, share = one.partition(":")
        made.update({f"Tech{number}ID": key or None, f"Tech{number}Pct": share or None})
    return made


def cell(site: Site, value: Any) -> Any:
    match value:
        case bool():
            return int(value)
        case Decimal():
            return format(value, "f")
        case datetime():
            return value.astimezone(site.zone).strftime("%Y-%m-%d %H:%M:%S")
        case date():
            return value.isoformat()
        case _:
            return value
