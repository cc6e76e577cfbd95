"""Kind `shopware`: repair orders by the V2 API (cursor), the lists around them by V1 (page numbers).

Belongs here: what to ask for and when, and how an order's nested arrays become tables. Keep out: requests and
paging (http.py, paging.py), what a price or a state means (the dbt models)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any, ClassVar

import polars as pl

from connectors import settings
from connectors.answers import Gone
from connectors.base import Failed, Item, Keys, Rows, SourceError, TieoutError, Window
from connectors.http import Api, Params, connect
from connectors.jsonrows import NTH, documents, flat, frame, ids, newest
from connectors.jsontables import Table
from connectors.pages import Moved, Page
from connectors.paging import by_cursor, numbered
from connectors.settling import settle

Row = dict[str, Any]
Frames = dict[str, pl.DataFrame]
ORDER = ("repair_order", "service", "labor", "part", "hazmat", "sublet", "payment")  # one document
LISTS = {  # table -> V1 endpoint, and whether it takes paging parameters
    "customer": ("customers", True),
    "vehicle": ("vehicles", True),
    "staff": ("staffs", True),
    "shop": ("shops", True),
    "status": ("statuses", True),
    "category": ("categories", False),
}
ITEMS = {"labors": "labor", "parts": "part", "hazmats": "hazmat", "sublets": "sublet"}
NESTED = (
    "payments",
    "label",
    "integrator_tags",
    "services.inspections",
    *(f"services.{item}" for item in ITEMS),
)
NOTHING_NESTED = ("associations[]", "none")
OVERLAP = timedelta(minutes=10)  # clocks that differ, and changes committed late
LATE_EDITS = timedelta(days=60)  # closed orders that a sweep reads again


@dataclass(frozen=True)
class ShopWare:
    """`payment_types` gives each payment type, as the shop names it, its canonical method."""

    tenant_id: int | str
    partner_id: str
    secret: str = field(repr=False)
    payment_types: Mapping[str, str] = field(default_factory=dict)
    base_url: str = "https://api.shop-ware.com"
    page_size: int = 100
    kind: ClassVar[str] = "shopware"

    def __post_init__(self) -> None:
        if not str(self.tenant_id).isdigit():
            raise TieoutError(
                f"tenant_id: {self.tenant_id!r} is no number; Shop-Ware lists it for the partner"
            )
        settings.filled(self, "partner_id", "secret")
        settings.https("base_url", self.base_url)
        settings.between("page_size", self.page_size, 1, 100)
        settings.among("payment_types", self.payment_types, settings.METHODS)

    def tables(self) -> tuple[str, ...]:
        return (*ORDER, *LISTS)

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        """Landing judges the payment's column; the warehouse translates it as the tender's method."""
        return {("payment", "payment_type"): self.payment_types, ("tender", "method"): self.payment_types}

    def check(self) -> list[str]:
        with self._connect() as api:
            pages = numbered(api, self._v1("shops"), [], self.page_size)
            shops = [row for page in pages for row in page.rows]
            own = api.get(self._v1("payments/customer_payment_types"))
        said = [f"tenant {self.tenant_id}: {len(shops)} shop(s)"]
        said += [f"shop {shop['id']}: {shop['name']}, {shop['time_zone']}" for shop in shops]
        return [*said, f"payment types of its own: {', '.join(own) or 'none'}"]

    def pull(self, window: Window) -> Iterator[Item]:
        with self._connect() as api:
            try:
                yield from self._orders(api, window)
            except SourceError as error:
                yield from (Failed(table, error) for table in ORDER)
            for table in LISTS:
                try:
                    yield from self._list(api, table, window)
                except SourceError as error:
                    yield Failed(table, error)

    def _connect(self) -> AbstractContextManager[Api]:
        headers = {"X-Api-Partner-Id": self.partner_id, "X-Api-Secret": self.secret}
        return connect(f"Shop-Ware tenant {self.tenant_id}", self.base_url, headers)

    def _v1(self, name: str) -> str:
        return f"/api/v1/tenants/{self.tenant_id}/{name}"

    def _v2(self) -> str:
        return f"/api/v2/tenants/{self.tenant_id}/repair_orders"

    def _list(self, api: Api, table: str, window: Window) -> Iterator[Item]:
        """What changed; everything when keys are swept, for a list without a filter is the key set too."""
        name, paged = LISTS[table]
        changed = [] if window.since is None or window.sweep else _after("updated_after", window.since)
        ordinal = count()
        pages = settle(
            lambda params: numbered(api, self._v1(name), params, self.page_size if paged else None),
            [changed],
            _after("updated_after", window.until),
            lambda page: frame([{NTH: next(ordinal), **flat(row), **_numbers(row)} for row in page.rows]),
        )
        rows = newest(pages)
        if not rows.is_empty():
            yield Rows(table, rows.drop(NTH), name)
        if window.sweep:
            yield Keys(table, ids(rows))

    def _orders(self, api: Api, window: Window) -> Iterator[Item]:
        """All documents are read before the first leaves: half an order, or half a pull, never lands."""
        shared = _Reading(count(), self._categories(api))
        pages = self._order_pages(api, _order_lists(window), window, shared)
        if window.since is not None:
            strays = list(self._strays(api, window.since, window.until, _known(pages)))
            pages += self._order_pages(api, strays, window, shared) if strays else []
        keys = self._order_keys(api, window) if window.sweep else None
        yield from documents(pages, ORDER, "repair_orders")
        if keys is not None:
            yield Keys("repair_order", keys)

    def _order_pages(self, api: Api, lists: list[Params], window: Window, reading: _Reading) -> list[Frames]:
        nested = [("associations[]", name) for name in NESTED]

        def read(params: Params) -> Iterator[Page]:
            """V2 states no total, so V1 is asked for it: a list that stops short must not pass."""
            *pages, last = by_cursor(api, self._v2(), [*params, *nested], self.page_size)
            yield from pages
            yield Page(last.where, last.rows, self._counted(api, params))

        closing = _after("updated_after", window.until)
        return settle(read, lists, closing, lambda page: _flattened(page, reading))

    def _categories(self, api: Api) -> dict[str, str]:
        """Names of the service categories, which each service takes along: a document must be whole."""
        pages = numbered(api, self._v1("categories"), [], None)
        return {str(row["id"]): row["text"] for page in pages for row in page.rows}

    def _counted(self, api: Api, params: Params) -> int | None:
        return next(numbered(api, self._v1("repair_orders"), [*params, NOTHING_NESTED], 1)).total

    def _order_keys(self, api: Api, window: Window) -> pl.DataFrame:
        def read(params: Params) -> Iterator[Page]:
            *pages, last = by_cursor(api, self._v2(), [*params, NOTHING_NESTED], self.page_size)
            yield from pages
            yield Page(last.where, last.rows, self._counted(api, params))

        closing = _after("updated_after", window.until)
        pages = settle(read, [[]], closing, lambda page: page.ids)
        return ids(frame({"id": key} for page in pages for key in page))

    def _strays(self, api: Api, since: datetime, until: datetime, known: set[str]) -> Iterator[Params]:
        """Orders with a payment that changed without the order: found by V1, read like the others by V2."""
        pages = settle(
            lambda params: numbered(api, self._v1("payments"), params, self.page_size),
            [_after("updated_after", since)],
            _after("updated_after", until),
            lambda page: [str(row["repair_order_id"]) for row in page.rows],
        )
        for order in sorted({order for page in pages for order in page} - known):
            try:
                head = api.get(self._v1(f"repair_orders/{order}"), [NOTHING_NESTED], holds="number")
            except Gone:
                continue  # deleted since; the sweep finds it
            yield [("number", str(head["number"])), ("shop_id", str(head["shop_id"]))]


def _after(name: str, at: datetime, overlap: timedelta = OVERLAP) -> Params:
    return [(name, f"{at.astimezone(UTC) - overlap:%Y-%m-%dT%H:%M:%SZ}")]


def _order_lists(window: Window) -> list[Params]:
    """Everything at first; then what changed, whatever is open, and what late edits may have touched."""
    if window.since is None:
        return [[]]
    lists = [_after("updated_after", window.since), [("status", "estimate")], [("status", "in_progress")]]
    if window.sweep:
        lists.append(_after("closed_after", window.until, LATE_EDITS))
    if window.dates:
        first = datetime.combine(window.dates[0], time(), UTC)
        lists.append(_after("closed_after", first, timedelta(days=1)))
    return lists


@dataclass(frozen=True)
class _Reading:
    """What the documents of one pull share: their ordinals, and the names of categories."""

    ordinal: Iterator[int]
    categories: Mapping[str, str]


def _flattened(page: Page, reading: _Reading) -> Frames:
    tables = {table: Table() for table in ORDER}
    for order in page.rows:
        nth = {NTH: next(reading.ordinal)}
        for name in ("services", "payments"):
            if not isinstance(order.get(name), list):
                raise Moved(f"{page.where}: repair order {order.get('id')} came without {name}; pull again")
        of_order = {**nth, "repair_order_id": str(order["id"])}
        tables["repair_order"].add([order], nth)
        tables["payment"].add(order["payments"], of_order)
        for service in order["services"]:
            named = {"category_text": reading.categories.get(str(service.get("category_id")))}
            tables["service"].add([service], {**of_order, **named})
            for name, table in ITEMS.items():
                items = _items(page, service, name)
                tables[table].add(items, {**of_order, "service_id": str(service["id"])})
                tables[table].number(items, "occurrence", "id")
    nested = {"repair_order": ("services", "payments"), "service": tuple(ITEMS)}
    return {table: gathered.frame(*nested.get(table, ())) for table, gathered in tables.items()}


def _items(page: Page, service: Row, name: str) -> list[Row]:
    """Items of a service. A part's id stands twice where a share of its quantity has a price of its own."""
    items = service.get(name)
    if not isinstance(items, list):
        raise Moved(f"{page.where}: service {service.get('id')} came without {name}; pull again")
    return items


def _numbers(row: Row) -> Row:
    """A customer's telephone numbers in one column, the preferred one first."""
    phones = row.get("phones")
    if not isinstance(phones, list):
        return {}
    ordered = sorted(phones, key=lambda phone: not phone.get("preferred"))
    return {"phone_numbers": ";".join(phone["number"] for phone in ordered if phone.get("number"))}


def _known(pages: list[Frames]) -> set[str]:
    return {order for page in pages if page["repair_order"].width for order in page["repair_order"]["id"]}
