"""Entries in the log that every story makes: a state of a repair order, a payment, a void.

Belongs here: what is written down and how it is numbered. Keep out: when and why (stories, aftermath)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from connectors.simulator.desk import Desk
from connectors.simulator.events import blank

Row = dict[str, Any]


def save(desk: Desk, ro: Row, at: datetime, **changes: Any) -> Row:
    """A new state of the repair order; a change of status is an event of its own."""
    before = changes.pop("came_from", ro["status"])
    row = {**ro, **changes, "updated_at": at}
    desk.emit(at, "repair_order", row["ro_id"], row)
    if row["status"] != before:
        event = blank("ro_status_event")
        event.update(ro_id=row["ro_id"], event_id=str(desk.next_id("status")), from_status=before, at=at)
        event.update(to_status=row["status"], by_id=row["updated_by"])
        desk.emit(at, "ro_status_event", event["event_id"], event)
    return row


def pay(desk: Desk, row: Row) -> Row:
    desk.emit(row["updated_at"], "tender", row["tender_id"], row)
    return row


def void(dms: str, ro: Row) -> Row:
    """A void keeps its header money; R.O. Writer removes the detail, others keep it."""
    empty: Row = {"lines": [], "jobs": [], "taxes": []} if dms == "rowriter" else {}
    return {
        **ro,
        "status": "void",
        "void_reason": "Customer left",
        "closed_date": None,
        "closed_at": None,
        **empty,
    }


def number(desk: Desk) -> str:
    desk.counters["number"] = desk.counters.get("number", 0) + 1
    return str(
        36_000_000 + desk.counters["number"]
        if desk.site.dms == "dealertrack"
        else 10_000 + desk.counters["number"]
    )
