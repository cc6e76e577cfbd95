"""IntegrationServices 2.0: JSON lists by skip and take. Invoices come whole; work orders come thin, each is asked for.

Belongs here: what is asked for, and in which order. Keep out: shapes (rows), settings (source)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from typing import Any

from connectors.base import SourceError
from connectors.protractor.rows import Haul
from connectors.reading.answers import Gone
from connectors.reading.http import Api, Params
from connectors.reading.inbox import Event
from connectors.reading.pages import Page
from connectors.reading.paging import Names, skipped
from connectors.reading.settling import settle

BASE = "/IntegrationServices/2.0"
NAMES = Names(rows="ItemCollection", key="ID", total="", limit="", ask_page="skip", ask_size="take")
DAYS = 25  # of one window


def headers(connection_id: str, api_key: str) -> dict[str, str]:
    """The third header proves that whoever asks has both of the others."""
    key, data = (text.replace("-", "").lower().encode() for text in (api_key, connection_id))
    proof = base64.b64encode(hmac.new(key, data, hashlib.sha1).digest()).decode()
    return {"connectionId": connection_id, "apiKey": api_key, "authentication": proof}


def windows(first: date, last: date) -> Iterator[tuple[date, date]]:
    """Dates, both included, in pieces that share a day: nobody says whose midnight a date is."""
    while first < last:
        yield first, min(first + timedelta(days=DAYS), last)
        first += timedelta(days=DAYS)


def listed(api: Api, name: str, size: int, params: Params) -> list[Any]:
    read = partial(skipped, api, f"{BASE}/{name}/", size=size, names=NAMES)
    return [row for page in settle(read, [params], None, lambda page: page.rows) for row in page]


def in_progress(api: Api, first: date, last: date, size: int) -> list[Any]:
    """Work orders that are not posted: without packages."""
    dates = [("startDate", f"{first}"), ("endDate", f"{last}"), ("readInProgress", "true")]
    return [row for row in listed(api, "WorkOrder", size, dates) if not row.get("InvoiceNumber")]


def invoices(api: Api, first: date, last: date, size: int) -> list[Any]:
    rows = []
    for start, end in windows(first, last):
        rows += listed(api, "Invoice", size, [("startDate", f"{start}"), ("endDate", f"{end}")])
    return rows


def take_open(api: Api, haul: Haul, orders: Iterable[str]) -> None:
    """Each work order with its packages. Those that were posted meanwhile are left to the invoices: posted, a
    work order may be empty."""

    def read(order: str) -> Any:
        try:
            return api.get(f"{BASE}/WorkOrder/{order}", holds="WorkOrderNumber")
        except Gone:
            return None

    wanted = sorted(orders)
    with ThreadPoolExecutor(api.in_flight) as pool:
        for order, row in zip(wanted, pool.map(read, wanted), strict=True):
            if row and not row.get("InvoiceNumber"):
                haul.order(f"{api.label}: WorkOrder/{order}", row, "work_order")


def take_posted(api: Api, haul: Haul, orders: Iterable[str]) -> None:
    """Invoices that a callback spoke of and no window had."""
    for order in sorted(orders):
        try:
            row = api.get(f"{BASE}/Invoice/{order}", holds="InvoiceNumber")
        except Gone:
            continue
        if row.get("InvoiceNumber"):
            haul.order(f"{api.label}: Invoice/{order}", row, "invoice")


def locations(api: Api) -> list[str]:
    pages: list[Page] = list(skipped(api, f"{BASE}/Location/", [], 100, NAMES))
    return [f"location {row.get('ID')}: {row.get('Name')}" for page in pages for row in page.rows]


def spoken_of(events: Iterable[Event], field: str) -> set[str]:
    """Work orders that callbacks name in this field, wherever in the body it stands."""
    return {found for event in events for found in _inside(event.body, field.lower())}


def _inside(value: Any, field: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            if name.lower() == field and isinstance(part, str) and part:
                yield part
            else:
                yield from _inside(part, field)
    elif isinstance(value, list):
        for part in value:
            yield from _inside(part, field)


def refuse_unless(api: Api, said: list[str], location: str) -> list[str]:
    """What `check` says: the location of the settings is one of the account's."""
    if not any(line.startswith(f"location {location}:") for line in said):
        raise SourceError(f"{api.label}: there is no location {location}; it has {'; '.join(said) or 'none'}")
    return said
