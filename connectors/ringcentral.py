"""Kind `ringcentral`: the company's call log, by what changed since a token, else by time.

Belongs here: what to ask for and when, and how a record's legs become a table. Keep out: requests, paging and tokens
(http.py, paging.py, oauth.py), what makes a call (the warehouse)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any, ClassVar

import polars as pl

from connectors.base import Cursor, Item, Keys, Rows, Window
from connectors.reading.answers import Rejected
from connectors.reading.http import Api, Params, connect
from connectors.reading.jsonrows import frame, snake
from connectors.reading.numbers import check_country, with_e164
from connectors.reading.oauth import Bearer
from connectors.reading.pace import Budgeted
from connectors.reading.pages import Page, each_once
from connectors.reading.paging import Names, by_link, next_in
from connectors.reading.settings import between, filled, https
from connectors.reading.settling import settle

JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LOG, SYNC = "/restapi/v1.0/account/~/call-log", "/restapi/v1.0/account/~/call-log-sync"
DETAILED = [("view", "Detailed")]
NAMES = Names(rows="records", limit="paging.perPage", total="")
MOST_CHANGES = 250  # of one ISync; with more it is an error, and says so
OVERLAP = timedelta(days=3)  # what is read again when the token is of no use: ends and recordings arrive later
NUMBERS = {"from_phone_number": "from_e164", "to_phone_number": "to_e164"}
Row = dict[str, Any]


@dataclass(frozen=True)
class RingCentral(Budgeted):
    """A private app with the scope ReadCallLog: its client id and secret, and the JWT of a user who may read the
    company's call log. Calls are read in detail: the heavy group of limits, 10 requests a minute by default."""

    client_id: str
    client_secret: str = field(repr=False)
    jwt: str = field(repr=False)
    country: str = "US"
    base_url: str = "https://platform.ringcentral.com"
    page_size: int = 250
    requests_per_minute: int = 10
    kind: ClassVar[str] = "ringcentral"

    def __post_init__(self) -> None:
        super().__post_init__()
        filled(self, "client_id", "client_secret", "jwt")
        https("base_url", self.base_url)
        between("page_size", self.page_size, 1, 250)
        between("requests_per_minute", self.requests_per_minute, 1, 6000)
        check_country(self.country)

    def tables(self) -> tuple[str, ...]:
        return ("call", "leg")

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        return {}

    def check(self) -> list[str]:
        with self._connect() as api:
            account = api.get("/restapi/v1.0/account/~", holds="id")
            newest = api.get(LOG, [("perPage", "1")], holds="records")["records"]
        last = newest[0].get("startTime") if newest else "none"
        return [f"account {account['id']}: {account.get('status')}", f"newest call in the log: {last}"]

    def pull(self, window: Window) -> Iterator[Item]:
        """Changes by the token of the last pull. Without one that is of use a new token is fetched first, so that
        nothing is lost between it and the list."""
        with self._connect() as api:
            changes = None if window.dates else self._changes(api, window.cursor.get("sync_token"))
            if changes is not None and not window.sweep:
                records, token = changes
                yield from self._rows(records)
                yield Cursor({"sync_token": token})
                return
            token = changes[1] if changes else self._token(api, window.until)
            since, until = _span(window)
            records = self._listed(api, since, until)
            deleted = [row for row in changes[0] if row.get("deleted")] if changes else []
        yield from self._rows([*records, *deleted])
        if since is not None and not window.dates:
            ids = pl.DataFrame({"id": [row["id"] for row in records]}, schema={"id": pl.String})
            yield Keys("call", ids, (pl.col("start_time") >= since) & (pl.col("start_time") < until))
        yield Cursor({"sync_token": token})

    def _connect(self) -> AbstractContextManager[Api]:
        form = {"grant_type": JWT, "assertion": self.jwt}
        auth = Bearer(f"{self.base_url}/restapi/oauth/token", self.client_id, self.client_secret, form)
        limits = self.limits(in_flight=1, requests=self.requests_per_minute, seconds=60.0)
        return connect("RingCentral call log", self.base_url, {}, auth, limits=limits)

    def _changes(self, api: Api, token: str | None) -> tuple[list[Row], str] | None:
        """What changed since the token, and the next one; None where the source wants a new start: more changes
        than one answer holds, or a token that it has forgotten."""
        if not token:
            return None
        asked = [*DETAILED, ("syncType", "ISync"), ("syncToken", token), ("showDeleted", "true")]
        try:
            body = api.get(SYNC, asked, holds="syncInfo.syncToken")
        except Rejected:
            return None
        return _whole(body), body["syncInfo"]["syncToken"]

    def _token(self, api: Api, until: datetime) -> str:
        asked = [("syncType", "FSync"), ("recordCount", "1"), ("dateFrom", _instant(until - OVERLAP))]
        return str(api.get(SYNC, asked, holds="syncInfo.syncToken")["syncInfo"]["syncToken"])

    def _listed(self, api: Api, since: datetime | None, until: datetime) -> list[Row]:
        ends = [("dateFrom", _instant(since or datetime(2000, 1, 1, tzinfo=UTC))), ("dateTo", _instant(until))]

        def read(asked: Params) -> Iterator[Page]:
            return each_once(by_link(api, LOG, asked, next_in("navigation.nextPage.uri"), NAMES))

        asked = [*DETAILED, *ends, ("perPage", str(self.page_size))]
        return [row for rows in settle(read, [asked], None, lambda page: page.rows) for row in rows]

    def _rows(self, records: Sequence[Row]) -> Iterator[Rows]:
        legs = [
            {**snake(leg), "call_id": record["id"], "nth": str(nth)}
            for record in records
            for nth, leg in enumerate(record.get("legs") or (), start=1)
        ]
        calls = [{**snake(record, "legs"), "site_code": "*"} for record in records]
        for table, rows in (("call", calls), ("leg", legs)):
            if rows:
                yield Rows(table, with_e164(frame(rows), self.country, NUMBERS))


def _whole(body: Row) -> list[Row]:
    records = body.get("records")
    if not isinstance(records, list) or len(records) > MOST_CHANGES:
        raise Rejected(f"an ISync with {records if records is None else len(records)} records; ask the vendor why")
    return records


def _span(window: Window) -> tuple[datetime | None, datetime]:
    if window.dates:
        first, last = window.dates
        day = timedelta(days=1)
        return datetime.combine(first, time(), UTC) - day, datetime.combine(last, time(), UTC) + 2 * day
    if window.since is None:
        return None, window.until
    return window.since - OVERLAP, window.until


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
