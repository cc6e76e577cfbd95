"""Kind `twilio`: the calls of an account, parents and children, and what was recorded of them.

Belongs here: what to ask for and when. Keep out: requests and paging (http.py, paging.py), what makes a call (the
warehouse)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar

import httpx
import polars as pl

from connectors.base import Item, Keys, Rows, TieoutError, Window
from connectors.reading.http import Api, Params, connect
from connectors.reading.jsonrows import flat, frame
from connectors.reading.numbers import check_country, with_e164
from connectors.reading.pace import Budgeted
from connectors.reading.pages import Page, each_once
from connectors.reading.paging import Names, by_link, next_in
from connectors.reading.settings import between, filled, https
from connectors.reading.settling import settle

OVERLAP = timedelta(days=3)  # there is no filter by change: prices, ends and recordings arrive later
KEPT = timedelta(days=395)  # Twilio keeps calls for 13 months; what a sweep compares
DATES = ("date_created", "date_updated", "start_time", "end_time")
NUMBERS = {"from": "from_e164", "to": "to_e164"}
NESTED = ("subresource_uris", "uri", "encryption_details")
Row = dict[str, Any]


@dataclass(frozen=True)
class Twilio(Budgeted):
    """`account_sid` and its `auth_token`, or `key_sid` and the key's secret in its place.

    With `site_by_number` the sites are the company's numbers ({"+13125550100": chi}), else `*` is the only one."""

    account_sid: str
    auth_token: str = field(repr=False)
    key_sid: str = ""
    site_by_number: bool = False
    country: str = "US"
    base_url: str = "https://api.twilio.com"
    page_size: int = 1000
    kind: ClassVar[str] = "twilio"

    def __post_init__(self) -> None:
        super().__post_init__()
        filled(self, "account_sid", "auth_token")
        https("base_url", self.base_url)
        between("page_size", self.page_size, 1, 1000)
        check_country(self.country)
        if not self.account_sid.startswith("AC"):
            raise TieoutError(f"account_sid: {self.account_sid!r} is no account; it starts with AC")

    def tables(self) -> tuple[str, ...]:
        return ("call",)

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        return {}

    def check(self) -> list[str]:
        with self._connect() as api:
            account = api.get(f"/2010-04-01/Accounts/{self.account_sid}.json", holds="status")
            numbers = api.get(self._path("IncomingPhoneNumbers"), holds="incoming_phone_numbers")
        said = [f"account {account.get('friendly_name')}: {account['status']}"]
        return said + [f"number {row['phone_number']}" for row in numbers["incoming_phone_numbers"]]

    def pull(self, window: Window) -> Iterator[Item]:
        since = self._since(window)
        with self._connect() as api:
            calls = self._rows(api, "Calls", _between("StartTime", since, window))
            recordings = self._rows(api, "Recordings", _between("DateCreated", since, window))
        parents = {row["sid"]: row.get("parent_call_sid") or row["sid"] for row in calls}
        rows = [self._call(row) for row in calls] + [_recording(row, parents) for row in recordings]
        if rows:
            yield Rows("call", with_e164(frame(rows), self.country, NUMBERS))
        if window.sweep and since is not None:
            swept = pl.col("parent_call_sid").is_null() & (pl.col("resource") == "call")
            keys = pl.DataFrame({"sid": list(parents)}, schema={"sid": pl.String})
            yield Keys("call", keys, swept & (pl.col("start_time") >= since) & (pl.col("start_time") < window.until))

    def _connect(self) -> AbstractContextManager[Api]:
        auth = httpx.BasicAuth(self.key_sid or self.account_sid, self.auth_token)
        return connect(f"Twilio account {self.account_sid}", self.base_url, {}, auth, limits=self.limits())

    def _path(self, name: str) -> str:
        return f"/2010-04-01/Accounts/{self.account_sid}/{name}.json"

    def _since(self, window: Window) -> datetime | None:
        """The first instant that this pull reads from, a whole day: the API filters by days of UTC."""
        if window.dates:
            since = datetime(window.dates[0].year, window.dates[0].month, window.dates[0].day, tzinfo=UTC) - timedelta(
                1
            )
        elif window.sweep:
            since = window.until - KEPT
        elif window.since is None:
            return None
        else:
            since = window.since - OVERLAP
        return since.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)

    def _rows(self, api: Api, name: str, params: Params) -> list[Row]:
        """A list goes on by a token, so that what is added on top meanwhile does not move it."""
        names = Names(rows=name.lower(), key="sid", limit="page_size", total="")
        sized = [*params, ("PageSize", str(self.page_size))]

        def read(asked: Params) -> Iterator[Page]:
            return each_once(by_link(api, self._path(name), asked, next_in("next_page_uri"), names))

        pages = settle(read, [sized], None, lambda page: page.rows)
        return [row for rows in pages for row in rows]

    def _call(self, row: Row) -> Row:
        own = {"resource": "call", "call_id": row.get("parent_call_sid") or row["sid"], "site_code": "*"}
        if self.site_by_number:
            own["site_code"] = row.get("to") if row.get("direction") == "inbound" else row.get("from")
        return {**_dated(row), **own}


def _recording(row: Row, parents: Mapping[str, str]) -> Row:
    """What is recorded of a child is of its call."""
    call = row.get("call_sid")
    return {**_dated(row), "resource": "recording", "call_id": parents.get(str(call), call), "site_code": "*"}


def _dated(row: Row) -> Row:
    """Dates are RFC 2822; one that is none stays as it is, for the contract to refuse."""
    made: Row = flat(row, *NESTED)
    for name in DATES:
        try:
            made[name] = parsedate_to_datetime(str(made[name])).isoformat() if made.get(name) else None
        except ValueError:
            continue
    return made


def _between(name: str, since: datetime | None, window: Window) -> Params:
    """By days: both ends are within."""
    last = window.dates[1] + timedelta(days=1) if window.dates else window.until.astimezone(UTC).date()
    until = (f"{name}<", last.isoformat())
    return [until] if since is None else [(f"{name}>", since.date().isoformat()), until]
