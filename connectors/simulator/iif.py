"""Far end `iif`: the accounting file that R.O. Writer's Reconcile writes each night, for QuickBooks.

Belongs here: a day's journal from the truth, the file's form. Keep out: how the chart of accounts is read again.

A day's block: what was sold on orders closed that day is credited, what paid for it is debited; an advance is a
liability from the day it is taken until its order closes; a difference goes to the over and short account, so that
a block always balances. The same day is exported again when anything of it has changed since."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.simulator.events import Company, Event, Site, state_at

Row = dict[str, Any]
ZERO = Decimal(0)
SALES = {"part": "Sales:Parts", "labor": "Sales:Labor", "sublet": "Sales:Sublet", "supply": "Sales:Supplies",
         "tax": "Sales Tax Payable", "fee": "Other Fees", "upcharge": "Card Fees"}  # fmt: skip
DISCOUNTS, ADVANCES, RECEIVABLE, SHORT = "Sales:Discounts", "Customer Deposits", "Accounts Receivable", "Over and Short"
PAID = {"cash": "Undeposited Funds:Cash", "check": "Undeposited Funds:Checks"}
CARDS = "Credit Cards"
HEADER = "!TRNS\tTRNSTYPE\tDATE\tACCNT\tAMOUNT\tMEMO\n!SPL\tTRNSTYPE\tDATE\tACCNT\tAMOUNT\tMEMO\n!ENDTRNS\n"


def write(company: Company, events: Iterable[Event], site: Site, folder: Path, *, as_of: datetime) -> list[str]:
    """The file of the night before `as_of`: every day whose journal is new or has changed since the last file."""
    folder.mkdir(parents=True, exist_ok=True)
    journals = _journals(state_at(events, as_of, site.id))
    told = folder / ".told"  # what Reconcile remembers
    before = dict(line.split("|", 1) for line in told.read_text().splitlines()) if told.exists() else {}
    blocks = {f"{day:%m/%d/%Y}": _block(day, journal) for day, journal in sorted(journals.items())}
    fresh = {day: text for day, text in blocks.items() if before.get(day) != repr(text)}
    told.write_text("".join(f"{day}|{text!r}\n" for day, text in blocks.items()))
    if not fresh:
        return []
    file = folder / f"ROW{as_of:%y%m%d%H%M}.iif"
    file.write_text(HEADER + "".join(fresh.values()), encoding="cp1252", newline="\r\n")
    os.utime(file, (as_of.timestamp(), as_of.timestamp()))
    return [file.name]


def _journals(state: dict[str, dict[str, Row]]) -> dict[date, dict[tuple[str, bool], Decimal]]:
    """Day -> (account, is it a debit) -> amount."""
    days: dict[date, dict[tuple[str, bool], Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    closed = {key: row for key, row in state["repair_order"].items() if row["status"] == "closed"}
    for order in closed.values():
        for line in order["lines"]:
            account = SALES.get(line["line_type"], DISCOUNTS)
            days[order["closed_date"]][account, False] -= line["net_amount"]
    for tender in state["tender"].values():
        if not tender["is_void"]:
            _pay(days, closed, tender)
    return days


def _pay(days: dict[date, dict[tuple[str, bool], Decimal]], closed: dict[str, Row], tender: Row) -> None:
    day, amount = tender["business_date"], tender["amount"]
    if tender["kind"] == "ar_charge":
        days[day][RECEIVABLE, True] += amount
        return
    days[day][PAID.get(tender["method"], CARDS), True] += amount
    if tender["kind"] == "ar_payment":
        days[day][RECEIVABLE, False] -= amount
    if tender["kind"] == "advance":
        days[day][ADVANCES, False] -= amount
        order = closed.get(tender["applied_to_ro_id"] or tender["ro_id"] or "")
        if order:
            days[order["closed_date"]][ADVANCES, True] += amount


def _block(day: date, journal: dict[tuple[str, bool], Decimal]) -> str:
    entries = [(account, amount) for (account, _), amount in sorted(journal.items()) if amount]
    short = -sum((amount for _, amount in entries), ZERO)
    entries += [(SHORT, short)] if short else []
    lines = [
        f"{keyword}\tGENERAL JOURNAL\t{day:%m/%d/%Y}\t{account}\t{amount}\tR.O. Writer {day:%m/%d/%Y}\n"
        for keyword, (account, amount) in zip(["TRNS", *["SPL"] * len(entries)], entries, strict=False)
    ]
    return "".join(lines) + "ENDTRNS\n" if lines else ""
