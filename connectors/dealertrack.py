"""Kind `dealertrack`: OpenTrack's repair orders, asked for by SOAP, or as XML files in a folder.

Belongs here: settings, and which of the two ways. Keep out: requests (opentrack.py), what an order holds
(opentrack_order.py), what a code or a 0 means (dbt models)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import ClassVar

from connectors.base import Failed, Item, Rows, SourceError, TieoutError, Window
from connectors.opentrack import OpenTrack
from connectors.opentrack_order import TABLES, closed_in, documents
from connectors.reading.drop import Drop, each_once
from connectors.reading.http import connect
from connectors.reading.pace import Budgeted
from connectors.reading.xmlrows import page

LABOR_CODES = dict.fromkeys(("CP", "WS", "IS", "SC"), "quoted") | {
    "TT": "labor", "SL": "sublet", "PO": "no_sale", "CR": "no_sale",
}  # fmt: skip
PART_CODES = dict.fromkeys(("CP", "WS", "IS", "SC", "SR"), "sold") | {"LS": "no_sale"}
DOCUMENTS_PER_PAGE = 500


@dataclass(frozen=True)
class Dealertrack(Budgeted):
    """Either `path`, the folder that the dealership's OpenTrack job fills, or the account of its web service:
    `user`, `password`, `company_number`, `enterprise_code`, `server_name`.

    `labor_codes` and `part_codes` say what further transaction codes of this dealership mean for money."""

    path: Path | None = None
    pattern: str = "*.xml"
    max_megabytes: int = 256
    user: str = ""
    password: str = field(default="", repr=False)
    company_number: str = ""
    enterprise_code: str = ""
    server_name: str = ""
    history_days: int = 365
    base_url: str = "https://ot.dms.dealertrack.com"
    labor_codes: Mapping[str, str] = field(default_factory=dict)
    part_codes: Mapping[str, str] = field(default_factory=dict)
    kind: ClassVar[str] = "dealertrack"

    def __post_init__(self) -> None:
        super().__post_init__()
        account = {name: getattr(self, name) for name in ("user", "password", "company_number", "enterprise_code")}
        if self.path is not None:
            self._drop(self.path)
            if any(account.values()):
                raise TieoutError("path: stands beside an account; a connection reads a folder or the web service")
        for name, value in account.items():
            if self.path is None and not value:
                raise TieoutError(f"{name}: is empty; without path, the web service needs it")
        if not self.base_url.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
            raise TieoutError(f"base_url: {self.base_url!r} is not https; the password would travel in clear")
        if not isinstance(self.history_days, int) or not 1 <= self.history_days <= 3660:
            raise TieoutError(f"history_days: {self.history_days!r} is not a whole number from 1 to 3660")
        _known("labor_codes", self.labor_codes, LABOR_CODES)
        _known("part_codes", self.part_codes, PART_CODES)

    def tables(self) -> tuple[str, ...]:
        return TABLES

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        return {
            ("labor", "transaction_code"): LABOR_CODES | dict(self.labor_codes),
            ("part", "trans_code"): PART_CODES | dict(self.part_codes),
        }

    def check(self) -> list[str]:
        if self.path is not None:
            return [self._drop(self.path).says()]
        with self._service() as service:
            found = service.open_orders(None)
        return [f"company {self.company_number}: {len(found)} open repair order(s)"]

    def pull(self, window: Window) -> Iterator[Item]:
        if self.path is not None:
            drop = self._drop(self.path)
            yield from each_once(drop, window, lambda name, data: _pages(name, data, window.dates))
            return
        with self._service() as service:
            try:
                yield from service.pull(window, self.history_days)
            except SourceError as error:
                yield from (Failed(table, error) for table in TABLES)

    def _drop(self, path: Path) -> Drop:
        return Drop(path, self.pattern, self.max_megabytes)

    @contextmanager
    def _service(self) -> Iterator[OpenTrack]:
        dealer = {
            "CompanyNumber": self.company_number,
            "EnterpriseCode": self.enterprise_code,
            "ServerName": self.server_name,
        }
        label = f"OpenTrack company {self.company_number}"
        with connect(label, self.base_url, {}, limits=self.limits()) as api:
            yield OpenTrack(api, self.user, self.password, dealer)


def _known(setting: str, codes: Mapping[str, str], builtin: Mapping[str, str]) -> None:
    meanings = sorted(set(builtin.values()))
    for code, meaning in codes.items():
        if meaning not in meanings:
            raise TieoutError(f"{setting}.{code}: {meaning!r} is none of {', '.join(meanings)}")


def _pages(name: str, data: bytes, dates: tuple[date, date] | None) -> Iterator[Rows]:
    """The file is read to its end before its first row leaves: half a file never lands."""
    for _ in documents(name, data):
        pass
    wanted = (found for found in documents(name, data) if closed_in(found["repair_order"][0], dates))
    while some := list(islice(wanted, DOCUMENTS_PER_PAGE)):
        yield from page(some, TABLES, name)
