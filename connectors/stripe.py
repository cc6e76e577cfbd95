"""Kind `stripe`: balance transactions with the charge, refund or dispute behind each, and payouts with what is in them.

Belongs here: what to ask for and when. Keep out: requests and paging (http.py, paging.py), what a category counts as
(the dbt models)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any, ClassVar

import httpx

from connectors.base import Item, Rows, Window
from connectors.reading import settings
from connectors.reading.http import Api, Params, connect
from connectors.reading.jsonrows import flat, frame
from connectors.reading.pace import Budgeted
from connectors.reading.pages import Page, each_once
from connectors.reading.paging import Names, after_last
from connectors.reading.settling import settle

Row = dict[str, Any]
LIST = Names(rows="data", total="", limit="", more="has_more", ask_size="limit", ask_cursor="starting_after")
EXPANDED = [("expand[]", "data.source"), ("expand[]", "data.source.charge")]
REREAD = timedelta(days=30)  # nothing changes but the status, and which payout a transaction has gone into
CATEGORIES = {  # reporting category -> type of transaction
    "charge": "payment", "platform_earning": "payment", "refund": "refund", "refund_failure": "refund",
    "charge_failure": "refund", "partial_capture_reversal": "refund", "dispute": "dispute",
    "dispute_reversal": "dispute", "fee": "fee", "network_cost": "fee", "tax": "fee", "payout": "payout",
    "payout_reversal": "payout",
}  # fmt: skip
TYPES = ("payment", "refund", "dispute", "fee", "payout")


@dataclass(frozen=True)
class Stripe(Budgeted):
    """`secret_key` may be restricted to reading balance, charges, refunds, disputes and payouts. `account` names a
    connected account. Amounts are minor units of `currency`; another currency is quarantined. `categories` says what
    further reporting categories count as."""

    secret_key: str = field(repr=False)
    account: str = ""
    currency: str = "usd"
    categories: Mapping[str, str] = field(default_factory=dict)
    base_url: str = "https://api.stripe.com"
    page_size: int = 100
    kind: ClassVar[str] = "stripe"

    def __post_init__(self) -> None:
        super().__post_init__()
        settings.filled(self, "secret_key", "currency")
        settings.https("base_url", self.base_url)
        settings.between("page_size", self.page_size, 1, 100)
        settings.among("categories", self.categories, TYPES)

    def tables(self) -> tuple[str, ...]:
        return ("balance_transaction", "payout")

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        own = {self.currency: self.currency}
        return {
            ("balance_transaction", "reporting_category"): CATEGORIES | dict(self.categories),
            ("balance_transaction", "currency"): own,
            ("payout", "currency"): own,
        }

    def check(self) -> list[str]:
        with self._connect() as api:
            balance = api.get("/v1/balance", holds="available")
        return [
            f"{state}: {part['amount']} minor units of {part['currency']}"
            for state in ("available", "pending")
            for part in balance[state]
        ]

    def pull(self, window: Window) -> Iterator[Item]:
        """A transaction is never older than its payout, so the payouts of a window name those of its transactions."""
        since = self._since(window)
        within: Params = [("created[lte]", _second(window.until))]
        within = [*within, ("created[gte]", _second(since))] if since else within
        with self._connect() as api:
            payouts = self._rows(api, "payouts", within)
            rows = {row["id"]: row for row in self._rows(api, "balance_transactions", [*within, *EXPANDED])}
            for payout in payouts:
                if payout.get("automatic"):  # of others the API does not say what is in them
                    inside = self._rows(api, "balance_transactions", [("payout", payout["id"]), *EXPANDED])
                    rows |= {row["id"]: {**row, "payout": payout["id"]} for row in inside}
        if rows:
            yield Rows("balance_transaction", frame(_transaction(row) for row in rows.values()))
        if payouts:
            yield Rows("payout", frame(_dated(flat(row), "created", "arrival_date") for row in payouts))

    def _connect(self) -> AbstractContextManager[Api]:
        headers = {"Stripe-Account": self.account} if self.account else {}
        label = f"Stripe account {self.account or 'of the key'}"
        auth = httpx.BasicAuth(self.secret_key, "")
        return connect(label, self.base_url, headers, auth, limits=self.limits())

    def _since(self, window: Window) -> datetime | None:
        if window.dates:
            return datetime.combine(window.dates[0], time(), UTC) - timedelta(days=1)
        return window.since and (window.since - REREAD)

    def _rows(self, api: Api, name: str, params: Params) -> list[Row]:
        """A list goes on after its last row, so that what is added on top meanwhile does not move it."""

        def read(asked: Params) -> Iterator[Page]:
            return each_once(after_last(api, f"/v1/{name}", asked, self.page_size, LIST))

        return [row for rows in settle(read, [params], None, lambda page: page.rows) for row in rows]


def _transaction(row: Row) -> Row:
    """With the card of the charge behind it: its own, or that of a refund or dispute."""
    expanded = row.get("source")
    source: Row = expanded if isinstance(expanded, dict) else {"id": expanded}
    behind = source if source.get("object") == "charge" else source.get("charge")
    charge: Row = behind if isinstance(behind, dict) else {}
    details = charge.get("payment_method_details") or {}
    card = details.get(details.get("type") or "") or {}
    written = ";".join(f"{name}={value}" for name, value in sorted((charge.get("metadata") or {}).items()))
    own = {
        "source": source.get("id"),
        "source_object": source.get("object"),
        "charge": charge.get("id"),
        "charge_description": charge.get("description"),
        "charge_metadata": written or None,
        "payment_method_type": details.get("type"),
        "card_brand": card.get("brand"),
        "card_last4": card.get("last4"),
        "card_authorization_code": card.get("authorization_code")
        or (card.get("receipt") or {}).get("authorization_code"),
    }
    return _dated({**flat(row, "source"), **own}, "created", "available_on")


def _dated(row: Row, *names: str) -> Row:
    """Unix seconds as instants."""
    instants = {name: datetime.fromtimestamp(int(row[name]), UTC).isoformat() for name in names if row.get(name)}
    return {**row, **instants, "site_code": "*"}


def _second(at: datetime) -> str:
    return str(int(at.timestamp()))
