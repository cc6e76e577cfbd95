"""Tekmetric's records as rows: an order's nested arrays become tables, bodies of webhooks become payments.

Belongs here: shapes. Keep out: what is asked for and when (tekmetric.py), which work counts (the dbt models)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import polars as pl

from connectors.reading.answers import MISSING, part
from connectors.reading.inbox import Event
from connectors.reading.jsonrows import NTH, frame, snake, text
from connectors.reading.numbers import e164
from connectors.reading.pages import Moved, Page

Row = dict[str, Any]
Frames = dict[str, pl.DataFrame]
Payments = Mapping[str, Mapping[str, Row]]  # order -> payment -> row
ORDER = ("repair_order", "job", "labor", "part", "sublet", "fee", "discount", "payment")  # one document
ARRAYS = ("jobs", "sublets", "fees", "discounts")
OF_JOB = ("labor", "parts", "fees", "discounts")
ON_BOTH = ("fee", "discount")  # stand on an order and on its jobs


def record(row: Row, country: str = "", *without: str) -> Row:
    """A record's own fields; its telephone numbers in E.164 where they are ones of the country, the primary first."""
    made: Row = {**snake(row, "phone", *without)}
    if "deletedDate" in row:
        made["deleted"] = "true" if row["deletedDate"] else "false"
    phones = row.get("phone")
    if isinstance(phones, list):
        ordered = sorted(phones, key=lambda phone: not phone.get("primary"))
        numbers = [str(phone["number"]) for phone in ordered if phone.get("number")]
        made["phone_numbers"] = ";".join(e164(number, country) or number for number in numbers)
    return made


def flattened(page: Page, payments: Payments, ordinal: Iterator[int]) -> Frames:
    """The tables of a page of orders; an order that lacks an array is no whole document."""
    rows: dict[str, list[Row]] = {table: [] for table in ORDER}
    for order in page.rows:
        _whole(page, "repair order", order, ARRAYS)
        nth, number = {NTH: next(ordinal)}, str(order["id"])
        of_order = {**nth, "repair_order_id": number}
        rows["repair_order"].append({**nth, **record(order, "", *ARRAYS)})
        rows["payment"] += [{**row, **of_order} for row in payments.get(number, {}).values()]
        rows["sublet"] += [{**snake(item), **of_order} for item in order["sublets"]]
        for table in ON_BOTH:
            rows[table] += [{**snake(item), **of_order, "level": "order"} for item in order[f"{table}s"]]
        for job in order["jobs"]:
            _whole(page, "job", job, OF_JOB)
            rows["job"].append({**snake(job, *OF_JOB), **of_order})
            _of_job(rows, job, {**of_order, "job_id": str(job["id"])})
    return {table: frame(items) for table, items in rows.items()}


def _of_job(rows: dict[str, list[Row]], job: Row, parent: Row) -> None:
    rows["labor"] += [{**snake(item), **parent} for item in job["labor"]]
    rows["part"] += [{**snake(item), **parent} for item in job["parts"]]
    for table in ON_BOTH:
        rows[table] += [{**snake(item), **parent, "level": "job"} for item in job[f"{table}s"]]


def _whole(page: Page, what: str, row: Row, arrays: Iterable[str]) -> None:
    for name in arrays:
        if not isinstance(row.get(name), list):
            raise Moved(f"{page.where}: {what} {row.get('id')} came without {name}; pull again")


def payments(events: Iterable[Event], fields: Mapping[str, str]) -> Payments:
    """What webhooks told of payments, by order; of the same payment the later body. `fields`: column -> place."""
    told: dict[str, dict[str, Row]] = {}
    for event in events:
        body = event.body.get("data")
        if isinstance(body, dict) and body.get("repairOrderId") and body.get("id"):
            kept = {name: body.get(name) for name in ("id", "shopId", "arPayment", "paymentStatus")}
            found = {name: _text(part(body, path)) for name, path in fields.items()}
            row = {**snake(kept), **found, "event": _text(event.body.get("event"))}
            told.setdefault(str(body["repairOrderId"]), {})[str(body["id"])] = row
    return told


def spoken_of(events: Iterable[Event], since: datetime) -> set[str]:
    """Orders that bodies received since then speak of: by a payment, or with the order itself."""
    told = set[str]()
    for event in events:
        body = event.body.get("data")
        if isinstance(body, dict) and event.received >= since:
            order = body.get("repairOrderId") or (body.get("id") if "repairOrderNumber" in body else None)
            told |= {str(order)} if order else set()
    return told


def _text(value: Any) -> str | None:
    return None if value is MISSING else text(value)
