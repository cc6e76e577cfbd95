"""Kind `pbs`: PBS PartnerHub, JSON by POST: repair orders, contacts, vehicles, employees of one dealer.

Belongs here: what to ask for and when. Keep out: the shape of an order (pbs_order.py), what a word means (models)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar

import httpx
import polars as pl

from connectors.base import Cursor, Failed, Item, Keys, Rows, SourceError, TieoutError, Window
from connectors.pbs_order import ORDER, document, is_open, plain
from connectors.reading.http import Api, connect
from connectors.reading.pace import Budgeted
from connectors.reading.xmlrows import page

LISTS = {"contact": ("ContactGet", "Contacts"), "vehicle": ("VehicleGet", "Vehicles")}
OVERLAP = timedelta(hours=2)  # clocks that differ, and changes that are told late
RE_READ = timedelta(days=7)  # cashiered orders that are read again each time
LATE_EDITS = timedelta(days=60)  # cashiered orders that a sweep reads again
STEP = timedelta(days=31)  # an operation answers its whole list at once: as much as one answer should hold
DOCUMENTS_PER_PAGE = 500
Json = dict[str, Any]


@dataclass(frozen=True)
class Pbs(Budgeted):
    """`serial_number` is the dealer at PBS. `history_days` is how far back the first pull reads orders."""

    serial_number: str
    user: str
    password: str = field(repr=False)
    history_days: int = 365
    base_url: str = "https://partnerhub.pbsdealers.com"
    kind: ClassVar[str] = "pbs"

    def __post_init__(self) -> None:
        super().__post_init__()
        for key in ("serial_number", "user", "password"):
            if not getattr(self, key):
                raise TieoutError(f"{key}: is empty; set the variable that it refers to")
        if not self.base_url.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
            raise TieoutError(f"base_url: {self.base_url!r} is not https; the password would travel in clear")
        if not isinstance(self.history_days, int) or not 1 <= self.history_days <= 3660:
            raise TieoutError(f"history_days: {self.history_days!r} is not a whole number from 1 to 3660")

    def tables(self) -> tuple[str, ...]:
        return (*ORDER, *LISTS, "employee")

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        return {}

    def check(self) -> list[str]:
        with self._connect() as api:
            people = self._get(api, "EmployeeGet", "Employees", {"IncludeInactive": False})
        return [f"dealer {self.serial_number}: {len(people)} employee(s)"]

    def pull(self, window: Window) -> Iterator[Item]:
        with self._connect() as api:
            try:
                yield from self._orders(api, window)
            except SourceError as error:
                yield from (Failed(table, error) for table in ORDER)
            for table, (operation, holds) in LISTS.items():
                since = None if window.since is None or window.sweep else window.since - OVERLAP
                asked = {"ModifiedSince": _written(since)} if since else {}
                yield from self._list(api, table, operation, holds, asked)
            yield from self._list(api, "employee", "EmployeeGet", "Employees", {"IncludeInactive": True})

    def _connect(self) -> AbstractContextManager[Api]:
        auth = httpx.BasicAuth(self.user, self.password)
        label, accept = f"PBS dealer {self.serial_number}", {"Accept": "application/json"}
        return connect(label, self.base_url, accept, auth, limits=self.limits())

    def _orders(self, api: Api, window: Window) -> Iterator[Item]:
        """Everything is read before the first row leaves; of an order that is read twice the newest counts.
        What was open and is in no list any more is asked for by its id; without an answer it was deleted."""
        before: Mapping[str, str] = window.cursor.get("open", {})
        found: dict[str, Json] = {}
        for asked in order_lists(window, self.history_days, min(before.values(), default=None)):
            for order in self._get(api, "RepairOrderGet", "RepairOrders", asked):
                known = found.setdefault(str(order.get("RepairOrderId")), order)
                if str(order.get("LastUpdate")) >= str(known.get("LastUpdate")):
                    found[str(order.get("RepairOrderId"))] = order
        for order in self._vanished(api, before.keys() - found.keys()):
            found[str(order.get("RepairOrderId"))] = order
        documents = [document(order, self.serial_number) for order in found.values()]
        for at in range(0, len(documents), DOCUMENTS_PER_PAGE):
            yield from page(documents[at : at + DOCUMENTS_PER_PAGE], ORDER, "")
        gone = sorted(before.keys() - found.keys())
        if gone:
            none = pl.DataFrame(schema={"repair_order_id": pl.String})
            yield Keys("repair_order", none, pl.col("repair_order_id").is_in(gone))
        opened = {key: order.get("DateOpenedUTC") for key, order in found.items() if is_open(order)}
        yield Cursor({"open": {key: at for key, at in opened.items() if at}})

    def _vanished(self, api: Api, asked: set[str]) -> Iterator[Json]:
        """Orders that are still there, in no window of the lists: back-dated, or changed without a word. An answer that
        holds others too comes from a server that does not know this filter: it is the list of all orders."""
        still = sorted(asked)
        while still:
            rows = {
                str(row.get("RepairOrderId")): row
                for row in self._get(api, "RepairOrderGet", "RepairOrders", {"RepairOrderId": still[0]})
            }
            yield from (row for key, row in rows.items() if key in asked)
            still = [] if rows.keys() - asked else [key for key in still[1:] if key not in rows]

    def _list(self, api: Api, table: str, operation: str, holds: str, asked: Json) -> Iterator[Rows | Failed]:
        """Accounts are often allowed some operations only: one that is refused stops its own table."""
        try:
            rows = self._get(api, operation, holds, asked)
        except SourceError as error:
            yield Failed(table, error)
            return
        said = [{"serial_number": self.serial_number, **plain(row)} for row in rows]
        yield from page([{table: said}], (table,), "")

    def _get(self, api: Api, operation: str, holds: str, asked: Json) -> list[Json]:
        where = f" {operation}" + "".join(f" {value}" for value in asked.values() if isinstance(value, str))
        sent = {"SerialNumber": self.serial_number, **asked}
        rows = api.post(f"/json/reply/{operation}", page=where, holds=holds, json=sent)[holds]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise SourceError(f"{api.label}:{where}: {holds} is no list of objects; ask PBS why")
        return rows


def order_lists(window: Window, history_days: int, oldest: str | None) -> Iterator[Json]:
    """What was cashiered lately, by the month; what was opened since the oldest order that was still open; and
    what changed, whenever it was opened or cashiered."""
    back = timedelta(days=history_days) if window.since is None else LATE_EDITS if window.sweep else RE_READ
    first = min(window.until, window.since or window.until) - back
    if window.dates:
        yield from _cashiered(*(datetime.combine(day, time(), UTC) for day in _around(*window.dates)))
    yield from _cashiered(first, window.until + timedelta(days=1))
    opened = first if oldest is None else min(first, datetime.fromisoformat(oldest[:19] + "+00:00"))
    yield {"OpenDateSince": _written(opened)}
    if window.since is not None:
        yield {"ModifiedSince": _written(window.since - OVERLAP)}


def _around(first: date, last: date) -> tuple[date, date]:
    """Days of a shop that lies anywhere."""
    return first - timedelta(days=1), last + timedelta(days=2)


def _cashiered(first: datetime, last: datetime) -> Iterator[Json]:
    while first < last:
        end = min(last, first + STEP)
        yield {"CashieredSince": _written(first), "CashieredUntil": _written(end)}
        first = end


def _written(at: datetime) -> str:
    """Seven decimals and a Z, as PBS writes instants."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}0Z"
