"""Kind `square`: payments, refunds and disputes of every location, payouts and the entries that are in them.

Belongs here: what to ask for and when. Keep out: requests and paging (http.py, paging.py), what an entry counts as (the
dbt models)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any, ClassVar

from connectors.base import Item, Rows, Window
from connectors.reading import settings
from connectors.reading.http import Api, Params, connect
from connectors.reading.jsonrows import flat, frame
from connectors.reading.pace import Budgeted
from connectors.reading.pages import Page, each_once
from connectors.reading.paging import Names, by_cursor
from connectors.reading.settling import settle

Row = dict[str, Any]
MOVEMENTS = {"payment": "payments", "refund": "refunds", "dispute": "disputes"}  # resource -> list of one location
REREAD = timedelta(days=30)  # lists are filtered by creation alone, and show a change some seconds late
KEPT = timedelta(days=365)  # what a sweep reads again, for changes that come later than that
BEHIND = {  # where an entry of a payout names what it is of
    "payment": ("type_charge_details", "payment_id"),
    "refund": ("type_refund_details", "payment_refund_id"),
    "dispute": ("type_dispute_details", "dispute_id"),
}


@dataclass(frozen=True)
class Square(Budgeted):
    """`token` needs PAYMENTS_READ, DISPUTES_READ, PAYOUTS_READ and MERCHANT_PROFILE_READ. A site's code is the id of
    its location. Amounts are minor units of `currency`; another currency is quarantined."""

    token: str = field(repr=False)
    currency: str = "USD"
    version: str = "2025-01-23"
    base_url: str = "https://connect.squareup.com"
    page_size: int = 100
    kind: ClassVar[str] = "square"

    def __post_init__(self) -> None:
        super().__post_init__()
        settings.filled(self, "token", "currency")
        settings.https("base_url", self.base_url)
        settings.between("page_size", self.page_size, 1, 100)

    def tables(self) -> tuple[str, ...]:
        return ("movement", "movement_fee", "payout", "payout_entry")

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        own = {self.currency: self.currency}
        return {(table, "amount_money_currency"): own for table in ("movement", "payout")}

    def check(self) -> list[str]:
        with self._connect() as api:
            return [f"location {row['id']}: {row.get('name')}, {row.get('status')}" for row in _locations(api)]

    def pull(self, window: Window) -> Iterator[Item]:
        """What is in a payout was made before it, so the payouts of a window name those of its payments."""
        with self._connect() as api:
            lists, payouts, entries = self._everywhere(api, self._within(window))
        inside = _inside(entries)
        movements = [
            {**row, "resource": resource, "payout_id": inside.get((resource, str(row["id"])))}
            for resource, rows in lists.items()
            for row in rows
        ]
        fees = [fee for row in movements for fee in _fees(row)]
        for table, rows in (
            ("movement", movements),
            ("movement_fee", fees),
            ("payout", payouts),
            ("payout_entry", entries),
        ):
            if rows:
                yield Rows(table, frame(_flat(row) for row in rows))

    def _everywhere(self, api: Api, within: Params) -> tuple[dict[str, list[Row]], list[Row], list[Row]]:
        """Movements by resource, payouts and their entries of all locations: every list is of one of them."""
        lists: dict[str, list[Row]] = {resource: [] for resource in MOVEMENTS}
        payouts: list[Row] = []
        for location in _locations(api):
            here: Params = [("location_id", str(location["id"]))]
            dated = [*here, *within, ("sort_order", "ASC")]
            for resource, name in MOVEMENTS.items():
                lists[resource] += self._rows(api, name, name, here if resource == "dispute" else dated)
            payouts += self._rows(api, "payouts", "payouts", dated)
        entries = [
            {**entry, "location_id": payout["location_id"]}
            for payout in payouts
            for entry in self._rows(api, f"payouts/{payout['id']}/payout-entries", "payout_entries", [])
        ]
        return lists, payouts, entries

    def _connect(self) -> AbstractContextManager[Api]:
        headers = {"Authorization": f"Bearer {self.token}", "Square-Version": self.version}
        return connect("Square seller of the token", self.base_url, headers, limits=self.limits())

    def _within(self, window: Window) -> Params:
        until = [("end_time", _instant(window.until))]
        if window.dates:
            since = datetime.combine(window.dates[0], time(), UTC) - timedelta(days=1)
        elif window.since is None:  # by default Square tells of one year
            since = datetime(2021, 1, 1, tzinfo=UTC)
        else:
            since = window.since - (KEPT if window.sweep else REREAD)
        return [("begin_time", _instant(since)), *until]

    def _rows(self, api: Api, path: str, rows: str, params: Params) -> list[Row]:
        """An empty list comes without its name; the last page without a cursor."""
        names = Names(rows=rows, total="", limit="", more="", ask_size="limit", full=False, sparse=True)
        size = None if rows == "disputes" else self.page_size  # which takes no limit

        def read(asked: Params) -> Iterator[Page]:
            return each_once(by_cursor(api, f"/v2/{path}", asked, size, names))

        return [row for page in settle(read, [params], None, lambda page: page.rows) for row in page]


def _locations(api: Api) -> Sequence[Row]:
    """All of them, for every list is of one location, and by default of the main one."""
    found: list[Row] = api.get("/v2/locations", holds="locations")["locations"]
    return found


def _inside(entries: Sequence[Row]) -> dict[tuple[str, str], str]:
    """Which payout a payment, refund or dispute has gone into."""
    return {
        (resource, str(key)): str(entry["payout_id"])
        for entry in entries
        for resource, (details, name) in BEHIND.items()
        if (key := (entry.get(details) or {}).get(name))
    }


def _fees(row: Row) -> Iterator[Row]:
    """What Square keeps of a movement; a fee may be adjusted by another."""
    own = {"resource": row["resource"], "movement_id": row["id"]}
    for nth, fee in enumerate(row.get("processing_fee") or [], start=1):
        yield {**own, "nth": nth, **fee}


def _flat(row: Row) -> Row:
    """Money as amount and currency; the card, and what an entry is of, among the row's own fields."""
    details = row.get("card_details") or {}
    card = details.get("card") or {}
    shown = {name: details.get(name) for name in ("auth_result_code", "entry_method", "status")}
    shown |= {"brand": card.get("card_brand"), "last_4": card.get("last_4")}
    behind = {name: (row.get(field_) or {}).get(name) for field_, name in BEHIND.values() if row.get(field_)}
    own = {name: value for name, value in row.items() if not name.endswith("_details") and name != "processing_fee"}
    if "disputed_payment" in own:
        own["payment_id"] = (own.pop("disputed_payment") or {}).get("payment_id")
    product = (row.get("application_details") or {}).get("square_product")
    return flat({**own, **({"card_details": shown, "square_product": product} if card else {}), **behind})


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
