"""Kind `tekmetric`: repair orders, customers, vehicles and employees by the REST API, single payments by webhook.

Belongs here: what to ask for and when. Keep out: requests, tokens, paging, the inbox (http, oauth, paging, inbox),
how records become rows (tekmetric_rows), which work counts and what a payment is (the dbt models)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import polars as pl

from connectors.base import Failed, Item, Keys, Rows, SourceError, TieoutError, Window
from connectors.reading import settings
from connectors.reading.answers import Again, Answer, Gone, json_of
from connectors.reading.http import Api, Params, connect
from connectors.reading.inbox import Inbox
from connectors.reading.jsonrows import NTH, documents, frame, ids, newest
from connectors.reading.numbers import check_country
from connectors.reading.oauth import Bearer
from connectors.reading.pace import Budgeted
from connectors.reading.pages import Page
from connectors.reading.paging import SPRING, numbered
from connectors.reading.settling import settle
from connectors.tekmetric_rows import ORDER, Frames, flattened, payments, record, spoken_of

LISTS = {"customer": "customers", "vehicle": "vehicles", "employee": "employees"}
ORDERS, BASE = "repair-orders", "/api/v1/"
FEES = ("fee", "supply", "upcharge", "other", "package_add")
DISCOUNTS = ("discount", "coupon", "package_discount")
PAYMENT = {"amount": "amount", "payment_type": "paymentType.name", "payment_date": "paymentDate"}
UNITEMIZED = "amountPaid"  # the method of what an order says is paid and no webhook told
OVERLAP = timedelta(hours=2)  # clocks that differ, and changes committed late
LATE_EDITS = timedelta(days=60)  # posted orders that a sweep reads again


@dataclass(frozen=True)
class Tekmetric(Budgeted):
    """`payment_types` gives each way of paying, as the shop names it, its canonical method; `fee_types` and
    `discount_types` name what is more than a fee or a discount. `payment_fields`: where a payment's webhook has
    its amount, type and date, which no public document says."""

    client_id: str
    secret: str = field(repr=False)
    shops: tuple[int | str, ...] = ()
    inbox: Path | None = None
    payment_types: Mapping[str, str] = field(default_factory=dict)
    fee_types: Mapping[str, str] = field(default_factory=dict)
    discount_types: Mapping[str, str] = field(default_factory=dict)
    payment_fields: Mapping[str, str] = field(default_factory=dict)
    country: str = "US"
    base_url: str = "https://shop.tekmetric.com"
    page_size: int = 100
    requests_per_minute: int = 600
    kind: ClassVar[str] = "tekmetric"

    def __post_init__(self) -> None:
        super().__post_init__()
        settings.filled(self, "client_id", "secret")
        settings.https("base_url", self.base_url)
        if not isinstance(self.shops, list | tuple):
            raise TieoutError(f"shops: {self.shops!r} is no list; write [{self.shops}]")
        settings.between("page_size", self.page_size, 1, 100)
        settings.between("requests_per_minute", self.requests_per_minute, 1, 6000)
        settings.among("payment_types", self.payment_types, settings.METHODS)
        settings.among("fee_types", self.fee_types, FEES)
        settings.among("discount_types", self.discount_types, DISCOUNTS)
        check_country(self.country)
        settings.no_others("payment_fields", self.payment_fields, PAYMENT)

    def tables(self) -> tuple[str, ...]:
        return (*ORDER, *LISTS)

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        """Landing judges a payment's type; the warehouse translates it, and the names of fees and discounts."""
        return {
            ("payment", "payment_type"): self.payment_types,
            ("tender", "method"): {UNITEMIZED: "other", **self.payment_types},
            ("fee_type", "name"): self.fee_types,
            ("discount_type", "name"): self.discount_types,
        }

    def check(self) -> list[str]:
        with self._connect() as api:
            granted = _shops(api)
            said = [f"shop {shop}: {granted[shop]}" for shop in self._chosen(granted)]
        if self.inbox is None:
            return [*said, "no inbox: payments are the sums that orders state, dated by their posting"]
        events, broken = Inbox(self.inbox).read()
        return [*said, f"inbox {self.inbox}: {len(events)} bodies, {len(broken)} unreadable files"]

    def pull(self, window: Window) -> Iterator[Item]:
        with self._connect() as api:
            shops = self._chosen(_shops(api))
            try:
                yield from self._orders(api, shops, window)
            except SourceError as error:
                yield from (Failed(table, error) for table in ORDER)
            for table in () if window.dates else LISTS:
                try:
                    yield from self._list(api, shops, table, window)
                except SourceError as error:
                    yield Failed(table, error)

    def _connect(self) -> AbstractContextManager[Api]:
        token = Bearer(f"{self.base_url}{BASE}oauth/token", self.client_id, self.secret)
        limits = self.limits(requests=self.requests_per_minute, seconds=60)
        return connect(f"Tekmetric client {self.client_id}", self.base_url, {}, token, limits=limits)

    def _chosen(self, granted: Mapping[str, str]) -> list[str]:
        """The shops of the settings, else all that the client may read."""
        chosen = list(map(str, self.shops)) or list(granted)
        for shop in chosen:
            if shop not in granted:
                raise SourceError(f"shop {shop}: the client may read {', '.join(granted)}; let Tekmetric grant it")
        return chosen

    def _orders(self, api: Api, shops: list[str], window: Window) -> Iterator[Item]:
        """All documents are read before the first leaves: half an order, or half a pull, never lands."""
        events, broken = Inbox(self.inbox).read() if self.inbox else ([], [])
        paid, ordinal = payments(events, {**PAYMENT, **self.payment_fields}), count()
        pages: list[Frames] = []
        for shop in shops:
            pages += self._settled(api, ORDERS, shop, window, lambda page: flattened(page, paid, ordinal))
        if window.since:
            known = {order for page in pages if page[ORDER[0]].width for order in page[ORDER[0]]["id"]}
            told = spoken_of(events, window.since - OVERLAP) - known
            pages += [flattened(page, paid, ordinal) for page in _singly(api, shops, told)]
        yield from documents(pages, ORDER, ORDERS, "updated_date")
        yield from (Failed("inbox", error) for error in broken)

    def _list(self, api: Api, shops: list[str], table: str, window: Window) -> Iterator[Item]:
        """What changed and what was deleted; a sweep reads it whole, which is the key set too. The list of employees
        names no shop and tells no deletion."""
        ordinal, pages, name = count(), list[pl.DataFrame](), LISTS[table]
        for shop in shops:
            added = {"shop_id": shop} if table == "employee" else {}
            pages += self._settled(api, name, shop, window, partial(_framed, ordinal, self.country, added))
        rows = newest(pages, "updated_date")
        if not rows.is_empty():
            yield Rows(table, rows.drop(NTH), name)
        if window.sweep:
            yield Keys(table, ids(rows))

    def _settled(self, api: Api, name: str, shop: str, window: Window, take: Callable[[Page], Any]) -> list[Any]:
        """No list can be sorted by its date of change: it is cut at a bound, so that whatever moves leaves it
        and its total tells; what moved is read after the bound."""
        closing = [("shop", shop), ("updatedDateStart", _instant(window.until))]
        read = partial(numbered, api, BASE + name, size=self.page_size, names=SPRING)
        return settle(read, _lists(name, shop, window), closing, take)


def _shops(api: Api) -> dict[str, str]:
    """Shops that the client may read: a bare list, which is not paged."""

    def read(answer: Answer) -> dict[str, str]:
        rows = json_of(answer)
        if not isinstance(rows, list) or not all(isinstance(row, dict) and "id" in row for row in rows):
            raise Again("a 200 without a list of shops")
        return {str(row["id"]): str(row.get("name")) for row in rows}

    return api.read("GET", f"{BASE}shops", read)


def _singly(api: Api, shops: list[str], orders: set[str]) -> Iterator[Page]:
    """Orders that a webhook spoke of and no list had: it may have come before the list knew."""
    for order in sorted(orders):
        try:
            row = api.get(f"{BASE}{ORDERS}/{order}", holds="repairOrderNumber")
        except Gone:
            continue  # deleted since; the pass over deletions brings it
        if str(row.get("shopId")) in shops:
            yield Page(f"{api.label}: order {order}", [row])


def _framed(ordinal: Iterator[int], country: str, added: Mapping[str, str], page: Page) -> pl.DataFrame:
    return frame([{NTH: next(ordinal), **record(row, country), **added} for row in page.rows])


def _lists(name: str, shop: str, window: Window) -> list[Params]:
    """Orders of the days that are asked for. Else everything up to the bound at first, and of the lists beside the
    orders in a sweep; then what changed, what was deleted (two filters on dates at once give deleted rows only),
    and what late edits may have touched."""
    orders, employees = name == ORDERS, name == LISTS["employee"]
    own = [("shop", shop), *([("sort", "createdDate"), ("sortDirection", "ASC")] if orders else [])]
    bound = ("updatedDateEnd", _instant(window.until))
    if orders and window.dates:
        return [[*own, *_posted(*window.dates), bound]]
    if window.since is None or (window.sweep and not orders):
        return [[*own, bound]]
    since = _instant(window.since - OVERLAP)
    lists: list[Params] = [[*own, ("updatedDateStart", since), bound]]
    if not employees:
        lists.append([*own, ("deletedDateStart", since)])
    if orders and window.sweep:
        lists.append([*own, ("postedDateStart", _instant(window.until - LATE_EDITS)), bound])
    return lists


def _posted(*days: Any) -> Sequence[tuple[str, str]]:
    """A business day is the shop's: the instants around it hold it in any time zone."""
    first, last = (datetime.combine(day, time(), UTC) for day in days)
    around = {"postedDateStart": first - timedelta(days=1), "postedDateEnd": last + timedelta(days=2)}
    return [(name, _instant(at)) for name, at in around.items()]


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
