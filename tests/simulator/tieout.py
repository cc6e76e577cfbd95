"""I-1 of REPORTS.md 6.1 in plain Python, straight from the event log: the tests' own second opinion.

Belongs here: the delta of a shop and day, and of a repair order. Keep out: anything that the engine uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from connectors.simulator.events import Company, Event, state_at

Row = dict[str, Any]
Cell = tuple[str, date]
MONEY = {"cash", "check", "card", "ach", "financing", "other"}
ZERO = Decimal("0.00")


def deltas(company: Company, events: list[Event]) -> dict[Cell, Decimal]:
    """RHS - LHS of I-1 per shop and business date, where it is not zero."""
    found: dict[Cell, Decimal] = defaultdict(lambda: ZERO)
    for cell, sides in sides_of(company, events).items():
        if sum(sides.values()):
            found[cell] = sum(sides.values(), ZERO)
    return dict(found)


def sides_of(company: Company, events: list[Event]) -> dict[Cell, dict[str, Decimal]]:
    """Per shop and day the delta's parts, by repair order (or payment without one)."""
    state = state_at(events)
    first = _first_closes(events)
    unlabelled = {site.id for site in company.sites if site.dms in ("shopware", "dealertrack")}
    orders = {key: row for key, row in state["repair_order"].items() if row["status"] == "closed"}
    tenders = [
        _labelled(row, state["repair_order"], unlabelled)
        for row in state["tender"].values()
        if not row["is_void"]
    ]
    tenders = [row for row in tenders if row["method"] in MONEY | {"ar", "store_credit"}]  # else quarantined
    sides: dict[Cell, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for key, row in orders.items():
        cell = sides[row["site"], row["closed_date"]]
        cell[key] -= total(row)
        if row["site"] in unlabelled:
            cell[key] += _derived(first[key], [one for one in tenders if one["ro_id"] == key])
    for row in tenders:
        _count(row, orders, sides)
    return sides


def _count(row: Row, orders: dict[str, Row], sides: dict[Cell, dict[str, Decimal]]) -> None:
    order = orders.get(row["ro_id"] or "")
    name = row["ro_id"] or f"payment:{row['tender_id']}"
    paid = sides[row["site"], row["business_date"]]
    if row["kind"] == "final" and row["method"] in MONEY:
        paid[name] += row["amount"]
    if order is None:
        return
    closed = sides[order["site"], order["closed_date"]]
    if row["kind"] in ("ar_charge", "advance") or (
        row["kind"] == "final" and row["method"] == "store_credit"
    ):
        closed[name] += row["amount"]


def total(row: Row) -> Decimal:
    """T, from the lines."""
    return sum((line["net_amount"] for line in row["lines"]), ZERO)


def _first_closes(events: Iterable[Event]) -> dict[str, Row]:
    first: dict[str, Row] = {}
    for event in events:
        if event.entity == "repair_order" and event.data["status"] == "closed":
            first.setdefault(event.key, event.data)
    return first


def _labelled(row: Row, orders: dict[str, Row], unlabelled: set[str]) -> Row:
    """REPORTS.md 6.7: the kind of a payment that its source does not label."""
    order = orders.get(row["ro_id"] or "")
    if row["kind"] is not None:
        return row
    assert order is not None
    assert order["site"] in unlabelled
    closed = order["closed_date"] if order["status"] == "closed" else None
    if closed is None or row["business_date"] < closed:
        return {**row, "kind": "advance"}
    return {**row, "kind": "final" if row["business_date"] == closed else "ar_payment"}


def _derived(first: Row, tenders: list[Row]) -> Decimal:
    """The charge, frozen at the first close: what was not paid by then, between nothing and the total."""
    whole = total(first)
    gap = whole - sum(
        (row["amount"] for row in tenders if row["business_date"] <= first["closed_date"]), ZERO
    )
    return max(min(gap, max(whole, ZERO)), min(whole, ZERO))
