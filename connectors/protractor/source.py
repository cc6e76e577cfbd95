"""Kind `protractor`: one location, by IntegrationServices 2.0 (`services`) or by the CRM data set (`crm`).

Belongs here: settings, days, deletions. Keep out: what is asked (services, crm), shapes (rows)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from connectors.base import Failed, Item, Keys, SourceError, TieoutError, Window
from connectors.protractor import crm, services
from connectors.protractor.rows import ORDER, PEOPLE, Haul
from connectors.reading import settings
from connectors.reading.http import Api, connect
from connectors.reading.inbox import Inbox
from connectors.reading.numbers import check_country
from connectors.reading.pace import Budgeted

LINE_TYPES = {
    "Labor": "labor", "Part": "part", "Parts": "part", "Sublet": "sublet", "Fee": "fee", "Discount": "discount",
    "Note": "no_sale", "Comment": "no_sale", "Inspection": "no_sale",
}  # fmt: skip
MEANINGS = ("labor", "part", "sublet", "supply", "fee", "upcharge", "other", "discount", "coupon",
            "package_discount", "package_add", "no_sale")  # fmt: skip
READ_AGAIN = timedelta(days=7)  # an invoice is not edited, but it may be posted late
SWEPT = timedelta(days=90)
IN_PROGRESS = timedelta(days=400)  # nobody leaves a vehicle longer


@dataclass(frozen=True)
class Protractor(Budgeted):
    """Keys are given per location. `timezone` is the location's: the vendor writes times of its wall clock.
    `start`: the first day of a first pull, else 400 days ago. `line_types`: what further types of line mean."""

    connection_id: str
    api_key: str = field(repr=False)
    location: str
    timezone: str
    protocol: str = "services"
    start: str | None = None
    inbox: Path | None = None
    event_field: str = "WorkOrderID"
    line_types: Mapping[str, str] = field(default_factory=dict)
    country: str = "US"
    base_url: str = "https://integration.protractor.com"
    page_size: int = 100
    requests_per_second: int = 5
    kind: ClassVar[str] = "protractor"

    def __post_init__(self) -> None:
        super().__post_init__()
        settings.filled(self, "connection_id", "api_key", "location")
        settings.https("base_url", self.base_url)
        settings.between("page_size", self.page_size, 1, 1000)
        settings.between("requests_per_second", self.requests_per_second, 1, 1000)
        settings.among("line_types", self.line_types, MEANINGS)
        check_country(self.country)
        try:
            ZoneInfo(self.timezone)
        except (ValueError, ZoneInfoNotFoundError):
            raise TieoutError(
                f"timezone: {self.timezone!r} is no time zone; write one such as America/Chicago"
            ) from None
        if self.protocol not in ("services", "crm"):
            raise TieoutError(f"protocol: {self.protocol!r} is none of services, crm")
        if self.protocol == "crm" and self.inbox:
            raise TieoutError("inbox: the CRM data set cannot be asked for one order; use protocol services")
        try:
            date.fromisoformat(str(self.start or "2000-01-01"))
        except ValueError:
            raise TieoutError(f"start: {self.start!r} is no day; write it as 2026-01-31") from None

    def tables(self) -> tuple[str, ...]:
        return (*ORDER, *PEOPLE)

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        return {("line", "type"): LINE_TYPES | dict(self.line_types)}

    def check(self) -> list[str]:
        with self._connect() as api:
            if self.protocol == "crm":
                today = datetime.now(ZoneInfo(self.timezone)).date()
                data = crm.data_set(api, self._account(), today - timedelta(days=1), today)
                return [f"CRM data set of today and yesterday: {len(data.get('Invoices') or [])} invoice(s)"]
            said = services.refuse_unless(api, services.locations(api), self.location)
        if self.inbox is None:
            return [*said, "no inbox: changes are found by dates alone"]
        events, broken = Inbox(self.inbox).read()
        return [*said, f"inbox {self.inbox}: {len(events)} bodies, {len(broken)} unreadable files"]

    def pull(self, window: Window) -> Iterator[Item]:
        """Everything is read before the first row leaves: half an order, or half a pull, never lands."""
        haul = Haul(str(self.location), self.timezone, self.country)
        with self._connect() as api:
            first, last = self._days(window)
            try:
                read = self._crm if self.protocol == "crm" else self._services
                keys = list(read(api, haul, window, first, last))
            except SourceError as error:
                yield from (Failed(table, error) for table in self.tables())
                return
        yield from haul.rows()
        yield from keys

    def _crm(self, api: Api, haul: Haul, window: Window, first: date, last: date) -> Iterator[Item]:
        crm.take(api, haul, self._account(), first, last)
        if window.sweep:
            yield _posted(haul, first + timedelta(days=1), last)

    def _services(self, api: Api, haul: Haul, window: Window, first: date, last: date) -> Iterator[Item]:
        """Open orders first: one that is posted meanwhile is then in the invoices too, and those are newer. Days
        that are asked for are invoices only."""
        if not window.dates:
            begin = min(first, (window.until - IN_PROGRESS).date())
            thin = services.in_progress(api, begin, last, self.page_size)
            services.take_open(api, haul, {str(row["ID"]) for row in thin})
        for row in services.invoices(api, first, last, self.page_size):
            haul.order(f"{api.label}: {services.BASE}/Invoice/", row, "invoice")
        if not window.dates:
            yield from self._told(api, haul, window)
            yield _known(haul, pl.col("document") == "work_order")  # gone from the board and not posted: given up
        if window.sweep:
            yield _posted(haul, first + timedelta(days=1), last)

    def _told(self, api: Api, haul: Haul, window: Window) -> Iterator[Item]:
        if self.inbox is None:
            return
        events, broken = Inbox(self.inbox).read()
        since = window.since or window.until
        fresh = [event for event in events if event.received >= since - timedelta(hours=2)]
        services.take_posted(api, haul, services.spoken_of(fresh, self.event_field) - haul.known)
        yield from (Failed("inbox", error) for error in broken)

    def _days(self, window: Window) -> tuple[date, date]:
        """With a day more on both sides: a date may be the shop's or UTC's."""
        last = window.until.date() + timedelta(days=1)
        if window.dates:
            return window.dates[0] - timedelta(days=1), window.dates[1] + timedelta(days=1)
        if window.since is None:
            return date.fromisoformat(self.start) if self.start else last - timedelta(days=400), last
        return (window.until - SWEPT if window.sweep else window.since - READ_AGAIN).date(), last

    def _account(self) -> dict[str, str]:
        return {"connectionID": self.connection_id, "apiKey": self.api_key}

    def _connect(self) -> AbstractContextManager[Api]:
        limits = self.limits(in_flight=3, requests=self.requests_per_second)
        label = f"Protractor location {self.location}"
        if self.protocol == "crm":
            return connect(label, self.base_url, {}, limits=limits, throttled=crm.throttled)
        head = services.headers(self.connection_id, self.api_key)
        return connect(label, self.base_url, head, limits=limits)


def _posted(haul: Haul, first: date, last: date) -> Keys:
    """Every invoice of the days that were read: one of them that is known and absent is gone."""
    inside = pl.col("invoice_time").dt.date().is_between(first, last - timedelta(days=1))
    return _known(haul, (pl.col("document") == "invoice") & inside)


def _known(haul: Haul, scope: pl.Expr) -> Keys:
    return Keys("order", pl.DataFrame({"id": sorted(haul.known)}, schema={"id": pl.String}), scope)
