"""A repair order of PBS as rows: its header, the three payers' blocks, its requests with their labour and parts.

Belongs here: nested objects and lists as tables. Keep out: requests (pbs.py), what a word means (models)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.base import SourceError
from connectors.reading.jsonrows import flat
from connectors.reading.xmlrows import Document, Row, column_name

ORDER = ("repair_order", "summary", "request", "labour", "part")  # one document
SUMMARIES = {"CustomerSummary": "customer", "WarrantySummary": "warranty", "InternalSummary": "internal"}
REQUESTS = {
    "Requests": "done",
    "PendingRequests": "pending",
    "DeferredRequests": "deferred",
    "CancelledRequests": "cancelled",
}
LINES = {"LabourLines": "labour", "PartLines": "part"}
Json = dict[str, Any]


def plain(row: Json, *without: str) -> Row:
    """Columns named as everywhere; fields of a nested object under its name."""
    return {column_name(name): value for name, value in flat(row, *without).items()}


def is_open(order: Json) -> bool:
    """The year 1 is no date."""
    return str(order.get("DateCashieredUTC") or "0001") < "1900" and order.get("IsDeleted") is not True


def document(order: Json, dealer: str) -> Document:
    found: Document = {table: [] for table in ORDER}
    found["repair_order"].append({"serial_number": dealer, **plain(order, *SUMMARIES, *REQUESTS)})
    key: Row = {"repair_order_id": order.get("RepairOrderId")}
    for name, payer in SUMMARIES.items():
        if order.get(name):
            found["summary"].append({**key, "payer": payer, **plain(order[name])})
    for name, state in REQUESTS.items():
        for ordinal, request in _numbered(order, name):
            of_request: Row = {**key, "request_state": state, "request_ordinal": str(ordinal)}
            found["request"].append({**plain(request, *LINES), **of_request})
            for lines, table in LINES.items():
                for at, line in _numbered(request, lines):
                    found[table].append({**plain(line), **of_request, "line_ordinal": str(at)})
    return found


def _numbered(owner: Json, name: str) -> Iterator[tuple[int, Json]]:
    """A list may be absent or null; one that is no list is no order."""
    items = owner.get(name) or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise SourceError(f"{name} of an order is no list of objects ({str(items)[:60]}); ask PBS why")
    return enumerate(items, start=1)
