"""Kind `cdk`: CDK Drive's pip-extracts (3PA), XML by POST: open orders, closed orders, history, customers, people.

Belongs here: what to ask for and when. Keep out: the shape of an answer (cdk_extract.py), what a code means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import ClassVar

import httpx
import polars as pl

from connectors.base import Cursor, Failed, Item, Keys, Rows, SourceError, TieoutError, Window
from connectors.cdk_extract import CUSTOMERS, GROUPS, ORDERS, PEOPLE, Extract, flat_rows, orders
from connectors.reading.http import PATIENCE, Api, connect
from connectors.reading.pace import Budgeted
from connectors.reading.xmlrows import Document, Row, answered, page

ORDER = ("repair_order", *GROUPS.values())  # one document
METHODS = ("cash", "check", "card", "ach", "financing", "ar", "store_credit", "other")
LINE_TYPES = ("part", "sublet", "supply", "fee", "other")
MISC_TYPES = {"S": "sublet", "L": "other", "M": "other"}
RE_READ = timedelta(days=5)  # closed orders are changed for days
LATE_EDITS = timedelta(days=90)  # closed orders that a sweep reads again
STEP = timedelta(days=31)  # the history of one request
LONGEST = 300  # seconds that an extract may take, ours and theirs
DOCUMENTS_PER_PAGE = 500


@dataclass(frozen=True)
class Cdk(Budgeted):
    """`payment_codes` gives the dealer's payment codes their method, `misc_types` further types of mls rows
    their line type. `history_days` is how far back the first pull reads closed orders."""

    dealer_id: str
    user: str
    password: str = field(repr=False)
    payment_codes: Mapping[str, str] = field(default_factory=dict)
    misc_types: Mapping[str, str] = field(default_factory=dict)
    history_days: int = 365
    base_url: str = "https://3pa.dmotorworks.com"
    kind: ClassVar[str] = "cdk"

    def __post_init__(self) -> None:
        super().__post_init__()
        for key in ("dealer_id", "user", "password"):
            if not getattr(self, key):
                raise TieoutError(f"{key}: is empty; set the variable that it refers to")
        if not self.base_url.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
            raise TieoutError(f"base_url: {self.base_url!r} is not https; the password would travel in clear")
        if not isinstance(self.history_days, int) or not 1 <= self.history_days <= 3660:
            raise TieoutError(f"history_days: {self.history_days!r} is not a whole number from 1 to 3660")
        for name, words, known in (
            ("payment_codes", self.payment_codes, METHODS),
            ("misc_types", self.misc_types, LINE_TYPES),
        ):
            for word, meaning in words.items():
                if meaning not in known:
                    raise TieoutError(f"{name}.{word}: {meaning!r} is none of {', '.join(known)}")

    def tables(self) -> tuple[str, ...]:
        return (*ORDER, "customer", "employee")

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        """Landing judges the payment's column; the warehouse translates it as the tender's method."""
        return {
            ("payment", "code"): self.payment_codes,
            ("tender", "method"): self.payment_codes,
            ("misc", "type"): MISC_TYPES | dict(self.misc_types),
        }

    def check(self) -> list[str]:
        with self._connect() as api:
            found = self._orders(api, ORDERS["open"])
        return [f"dealer {self.dealer_id}: {len(found)} open repair order(s)"]

    def pull(self, window: Window) -> Iterator[Item]:
        with self._connect() as api:
            try:
                yield from self._documents(api, window)
            except SourceError as error:
                yield from (Failed(table, error) for table in ORDER)
            for table in ("customer", "employee"):
                try:
                    yield from self._list(api, table, window)
                except SourceError as error:
                    yield Failed(table, error)

    @contextmanager
    def _connect(self) -> Iterator[Api]:
        auth = httpx.BasicAuth(self.user, self.password)
        label = f"CDK dealer {self.dealer_id}"
        with connect(label, self.base_url, {}, auth, limits=self.limits(in_flight=1)) as api:
            yield replace(api, patience=replace(PATIENCE, timeout=max(PATIENCE.timeout, float(LONGEST))))

    def _documents(self, api: Api, window: Window) -> Iterator[Item]:
        """Everything is read before the first row leaves. Of an order that stands in the open and in a closed
        answer, the closed one counts: it was asked for later."""
        found = self._orders(api, ORDERS["open"])
        still_open = set(found)
        for extract, first, last in self._closed(window):
            found |= self._orders(api, extract, _days(first, last))
        vanished = sorted(set(window.cursor.get("open", ())) - set(found))
        for number in vanished:
            found |= self._orders(api, ORDERS["number"], {"qparamRONum": number})
        documents = list(found.values())
        for at in range(0, len(documents), DOCUMENTS_PER_PAGE):
            yield from page(documents[at : at + DOCUMENTS_PER_PAGE], ORDER, "")
        gone = [number for number in vanished if number not in found]
        if gone:
            none = pl.DataFrame(schema={"ro_number": pl.String})
            yield Keys("repair_order", none, pl.col("ro_number").is_in(gone))
        yield Cursor({"open": sorted(still_open)})

    def _closed(self, window: Window) -> Iterator[tuple[Extract, date, date]]:
        """The last days always; history by the month at first, for a sweep and for named days. Days are the
        dealer's, whose clock is never a day away from ours."""
        today = window.until.date() + timedelta(days=1)
        since = min(window.since.date(), window.until.date()) if window.since else None
        first = (since or today - timedelta(days=self.history_days)) - RE_READ
        if since is None or window.sweep:
            first = min(first, today - LATE_EDITS)
        if window.dates:
            yield from _months(*window.dates)
        yield from _months(first, today - RE_READ - timedelta(days=1))
        yield ORDERS["closed"], today - RE_READ, today

    def _orders(self, api: Api, extract: Extract, asked: Mapping[str, str] | None = None) -> dict[str, Document]:
        """By number; rows without one are kept apart, for the contract to refuse."""
        found = api.read(
            "POST",
            extract.path,
            answered(lambda name, data: list(orders(name, data, self.dealer_id))),
            page=f" {extract.query}",
            data=self._form(extract, asked or {}),
            timeout=api.patience.timeout,
        )
        return {one["repair_order"][0].get("ro_number") or f"?{nth}": one for nth, one in enumerate(found)}

    def _list(self, api: Api, table: str, window: Window) -> Iterator[Rows]:
        extract, asked = PEOPLE, {}
        if table == "customer":
            extract = CUSTOMERS["all" if window.since is None or window.sweep else "changed"]
        if window.since is not None and extract is CUSTOMERS["changed"]:
            asked = {"deltaDate": f"{window.since.date() - timedelta(days=1):%m/%d/%Y}"}
        rows: list[Row] = api.read(
            "POST",
            extract.path,
            answered(lambda name, data: flat_rows(name, data, self.dealer_id)),
            page=f" {extract.query}",
            data=self._form(extract, asked),
            timeout=api.patience.timeout,
        )
        yield from page([{table: rows}], (table,), "")

    def _form(self, extract: Extract, asked: Mapping[str, str]) -> dict[str, str]:
        common = {"dealerId": self.dealer_id, "queryId": extract.query, "timeoutSeconds": str(LONGEST)}
        return {**common, **extract.asked, **asked}


def _days(first: date, last: date) -> dict[str, str]:
    return {"qparamStartDate": f"{first:%m/%d/%Y}", "qparamEndDate": f"{last:%m/%d/%Y}"}


def _months(first: date, last: date) -> Iterator[tuple[Extract, date, date]]:
    while first <= last:
        yield ORDERS["history"], first, min(last, first + STEP - timedelta(days=1))
        first += STEP
