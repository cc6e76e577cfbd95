"""Kind `callrail`: the calls of an account's tracking numbers.

Belongs here: what to ask for and when. Keep out: requests and paging (http.py, paging.py), what makes a call (the
warehouse)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import polars as pl

from connectors.base import Item, Keys, Rows, TieoutError, Window
from connectors.reading.http import Api, Params, connect
from connectors.reading.jsonrows import flat, frame
from connectors.reading.numbers import check_country, with_e164
from connectors.reading.pace import Budgeted
from connectors.reading.pages import Page, each_once
from connectors.reading.paging import Names, by_link, next_in_header
from connectors.reading.settings import between, filled, https
from connectors.reading.settling import settle

ASKED = (  # what the list leaves out unless it is named
    "first_call", "prior_calls", "keypad_entries", "company_id", "company_name", "company_time_zone", "source_name",
    "tracker_id", "call_type", "lead_status", "tags", "value", "created_at", "campaign", "note",
    "formatted_tracking_source", "agent_email", "device_type", "total_calls", "zip_code", "good_lead_call_id",
)  # fmt: skip
OVERLAP = timedelta(days=30)  # tags, lead status and notes change later, and no filter tells of it
STEP = timedelta(days=100)  # of time in one list
FIRST_DAY = date(2010, 1, 1)  # before it there is no call
NAMES = Names(rows="calls", total="total_records", limit="per_page", ask_size="per_page")
NUMBERS = {
    "customer_phone_number": "customer_e164",
    "business_phone_number": "business_e164",
    "tracking_phone_number": "tracking_e164",
}
Row = dict[str, Any]


@dataclass(frozen=True)
class CallRail(Budgeted):
    """An API key of the account. Sites are its companies: sites: {"COM123": chi}."""

    account_id: str
    api_key: str = field(repr=False)
    since: date | str = FIRST_DAY
    country: str = "US"
    base_url: str = "https://api.callrail.com"
    page_size: int = 250
    kind: ClassVar[str] = "callrail"

    def __post_init__(self) -> None:
        super().__post_init__()
        filled(self, "account_id", "api_key")
        https("base_url", self.base_url)
        between("page_size", self.page_size, 1, 250)
        check_country(self.country)
        self._first_day()

    def tables(self) -> tuple[str, ...]:
        return ("call",)

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        return {}

    def check(self) -> list[str]:
        with self._connect() as api:
            body = api.get(self._path("companies"), [("per_page", "250")], holds="companies")
        return [f"company {row['id']}: {row['name']}, {row['time_zone']}" for row in body["companies"]]

    def pull(self, window: Window) -> Iterator[Item]:
        first, last = self._days(window)
        with self._connect() as api:
            rows = [row for span in _steps(first, last) for row in self._listed(api, *span)]
        if rows:
            yield Rows("call", with_e164(frame(map(_told, rows)), self.country, NUMBERS))
        if window.sweep:
            # what stands at the edge may belong to the day before or after, in the company's own time
            start = datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(days=1)
            ids = pl.DataFrame({"id": [row["id"] for row in rows]}, schema={"id": pl.String})
            yield Keys("call", ids, (pl.col("start_time") >= start) & (pl.col("start_time") < window.until))

    def _connect(self) -> AbstractContextManager[Api]:
        headers = {"Authorization": f'Token token="{self.api_key}"'}
        limits = self.limits(in_flight=1, requests=1000, seconds=3600.0)
        return connect(f"CallRail account {self.account_id}", self.base_url, headers, limits=limits)

    def _path(self, name: str) -> str:
        return f"/v3/a/{self.account_id}/{name}.json"

    def _first_day(self) -> date:
        try:
            return self.since if isinstance(self.since, date) else date.fromisoformat(self.since)
        except ValueError:
            raise TieoutError(f"since: {self.since!r} is no date; write 2024-01-31") from None

    def _days(self, window: Window) -> tuple[date, date]:
        """Days of the companies, which may be a day before or after UTC's."""
        if window.dates:
            return window.dates
        until = window.until.astimezone(UTC).date() + timedelta(days=1)
        if window.since is None:
            return self._first_day(), until
        return (window.since.astimezone(UTC) - OVERLAP).date() - timedelta(days=1), until

    def _listed(self, api: Api, first: date, last: date) -> list[Row]:
        span = [("start_date", first.isoformat()), ("end_date", last.isoformat()), ("fields", ",".join(ASKED))]
        asked = [*span, ("sort", "start_time"), ("order", "asc"), (NAMES.ask_size, str(self.page_size))]

        def read(params: Params) -> Iterator[Page]:
            return each_once(by_link(api, self._path("calls"), params, next_in_header, NAMES))

        pages = settle(read, [asked], None, lambda page: page.rows)
        return [row for rows in pages for row in rows]


def _steps(first: date, last: date) -> Iterator[tuple[date, date]]:
    while first <= last:
        until = min(first + STEP - timedelta(days=1), last)
        yield first, until
        first = until + timedelta(days=1)


def _told(row: Row) -> dict[str, str | None]:
    """A list of tags as one text, in an order of its own; a list that is empty is none."""
    told = flat(row)
    for name in ("tags", "keypad_entries"):
        values = row.get(name)
        if isinstance(values, list):
            names = [str(one.get("name") if isinstance(one, dict) else one) for one in values]
            told[name] = ";".join(sorted(names) if name == "tags" else names) or None
    return told
