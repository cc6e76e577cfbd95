"""Kind `shopware`: settings, what the connection offers, and the V1 lists beside the repair orders.

Belongs here: what to ask for and when. Keep out: orders (orders.py), addresses (account.py), requests and paging
(http.py, paging.py), what anything means (the dbt models)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any, ClassVar

import polars as pl

from connectors.base import Failed, Item, Keys, Rows, SourceError, TieoutError, Window
from connectors.reading import settings
from connectors.reading.http import connect
from connectors.reading.jsonrows import NTH, flat, frame, ids, newest
from connectors.reading.pace import Budgeted
from connectors.reading.paging import Names
from connectors.reading.settling import settle
from connectors.shopware import orders
from connectors.shopware.account import Account, after

Row = dict[str, Any]
LISTS = {  # table -> V1 endpoint, and whether it takes paging parameters
    "customer": ("customers", True),
    "vehicle": ("vehicles", True),
    "staff": ("staffs", True),
    "shop": ("shops", True),
    "status": ("statuses", True),
    "category": ("categories", False),
    "appointment": ("appointments", True),
}
CLOCK = "time_clock"
CLOCKED = Names(key="clock_in_at")  # a clock has no id, but nobody clocks in twice at one instant
LATE_CLOCKS = timedelta(days=45)  # hours are corrected until they are paid; their list cannot be asked for changes


@dataclass(frozen=True)
class ShopWare(Budgeted):
    """`payment_types` gives each payment type, as the shop names it, its canonical method."""

    tenant_id: int | str
    partner_id: str
    secret: str = field(repr=False)
    payment_types: Mapping[str, str] = field(default_factory=dict)
    base_url: str = "https://api.shop-ware.com"
    page_size: int = 100
    kind: ClassVar[str] = "shopware"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not str(self.tenant_id).isdigit():
            raise TieoutError(f"tenant_id: {self.tenant_id!r} is no number; Shop-Ware lists it for the partner")
        settings.filled(self, "partner_id", "secret")
        settings.https("base_url", self.base_url)
        settings.between("page_size", self.page_size, 1, 100)
        settings.among("payment_types", self.payment_types, settings.METHODS)

    def tables(self) -> tuple[str, ...]:
        return (*orders.ORDER, *LISTS, CLOCK)

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        """Landing judges the payment's column; the warehouse translates it as the tender's method."""
        return {("payment", "payment_type"): self.payment_types, ("tender", "method"): self.payment_types}

    def check(self) -> list[str]:
        with self._open() as account:
            shops = list(account.rows("shops"))
            own = account.one("payments/customer_payment_types")
        said = [f"tenant {self.tenant_id}: {len(shops)} shop(s)"]
        said += [f"shop {shop['id']}: {shop['name']}, {shop['time_zone']}" for shop in shops]
        return [*said, f"payment types of its own: {', '.join(own) or 'none'}"]

    def pull(self, window: Window) -> Iterator[Item]:
        with self._open() as account:
            try:
                yield from orders.pull(account, window)
            except SourceError as error:
                yield from (Failed(table, error) for table in orders.ORDER)
            for table in LISTS:
                try:
                    yield from _list(account, table, window)
                except SourceError as error:
                    yield Failed(table, error)
            try:
                yield from _clocks(account, window)
            except SourceError as error:
                yield Failed(CLOCK, error)

    @contextmanager
    def _open(self) -> Iterator[Account]:
        headers = {"X-Api-Partner-Id": self.partner_id, "X-Api-Secret": self.secret}
        label = f"Shop-Ware tenant {self.tenant_id}"
        with connect(label, self.base_url, headers, limits=self.limits()) as api:
            yield Account(api, self.tenant_id, self.page_size)


def _list(account: Account, table: str, window: Window) -> Iterator[Item]:
    """What changed; everything when keys are swept, for a list without a filter is the key set too."""
    name, paged = LISTS[table]
    changed = [] if window.since is None or window.sweep else after("updated_after", window.since)
    ordinal = count()
    pages = settle(
        lambda params: account.listed(name, params, paged=paged),
        [changed],
        after("updated_after", window.until),
        lambda page: frame([{NTH: next(ordinal), **flat(row), **_numbers(row)} for row in page.rows]),
    )
    rows = newest(pages)
    if not rows.is_empty():
        yield Rows(table, rows.drop(NTH), name)
    if window.sweep:
        yield Keys(table, ids(rows))


def _clocks(account: Account, window: Window) -> Iterator[Item]:
    """Shift clocks of every member of the staff, with their shop; a clock that is gone was taken back."""
    since = window.since and (window.since - LATE_CLOCKS)
    asked = after("start_after", since) if since else []
    rows: list[Row] = []
    for person in account.rows("staffs"):
        path = f"staffs/{person['id']}/time_clocks"
        pages = settle(partial(account.listed, path, names=CLOCKED), [asked], None, lambda page: page.rows)
        shop = {"assigned_shop_id": person["assigned_shop_id"]}
        rows += [{**flat(row), **flat(shop)} for page in pages for row in page]
    if rows:
        yield Rows(CLOCK, frame(rows), "time_clocks")
    keys = pl.DataFrame(rows, {"staff_id": pl.String, "clock_in_at": pl.String})
    yield Keys(CLOCK, keys, pl.col("clock_in_at") > since if since else None)


def _numbers(row: Row) -> Row:
    """A customer's telephone numbers in one column, the preferred one first."""
    phones = row.get("phones")
    if not isinstance(phones, list):
        return {}
    ordered = sorted(phones, key=lambda phone: not phone.get("preferred"))
    return {"phone_numbers": ";".join(phone["number"] for phone in ordered if phone.get("number"))}
