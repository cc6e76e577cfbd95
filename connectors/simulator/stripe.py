"""Far end `stripe`: the account of one shop as Stripe's API tells it, pages of what is newest first.

Belongs here: the truth's card transactions and payouts in Stripe's form. Keep out: faults (httpserver.py).

What the protocol cannot carry: that a payment was asked for by a request (it is online), the day on which a payout
was due once it came late, and the letters of ids, which are Stripe's own."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from connectors.simulator.events import Company, Event, Site, state_at
from connectors.simulator.httpserver import FarEnd, Reply, Request, shown

Row = dict[str, Any]
CATEGORIES = {"payment": "charge", "refund": "refund", "dispute": "dispute", "fee": "fee", "payout": "payout"}
TYPES = {**CATEGORIES, "dispute": "adjustment", "fee": "stripe_fee"}
SETTLES = timedelta(days=2)


class StripeServer(FarEnd):
    """Serves one shop's account on a free loopback port."""

    def __init__(self, company: Company, events: Iterable[Event], site: Site, as_of: datetime) -> None:
        super().__init__()
        self.secret = "rk_test_a-secret"
        self.events = [event for event in events if event.site == site.id]
        self.lists: dict[str, list[Row]] = {}
        self.advance(as_of)

    def advance(self, to: datetime) -> None:
        state = state_at(self.events, to)
        payouts = [_payout(row) for row in state["payout"].values()]
        known = {row["payout_id"] for row in state["payout"].values()}
        rows = [_transaction(row, to, known) for row in state["processor_txn"].values()]
        with self.lock:
            self.lists = {"payouts": _newest(payouts), "balance_transactions": _newest(rows)}

    def allowed(self, request: Request) -> bool:
        given = base64.b64encode(f"{self.secret}:".encode()).decode()
        return request.header("Authorization") == f"Basic {given}"

    def refusal(self, status: int) -> Reply:
        kind = {401: "invalid_request_error", 429: "rate_limit"}.get(status, "api_error")
        return Reply(status, {"error": {"type": kind, "message": "Something went wrong"}})

    def answer(self, request: Request, fault: str) -> Reply:
        name = request.path.removeprefix("/v1/")
        if name == "balance":
            return Reply(
                200, {"object": "balance", **{state: self._balance(state) for state in ("available", "pending")}}
            )
        if name not in self.lists:
            return self.refusal(404)
        query = request.query
        asked = dict(query)
        with self.lock:
            rows = [row for row in self.lists[name] if _wanted(row, asked)]
        last = asked.get("starting_after")
        start = next((nth for nth, row in enumerate(rows, 1) if row["id"] == last), 0) if last else 0
        size = min(int(asked.get("limit", 10)), 100)
        expand = {value for key, value in query if key == "expand[]"}
        page = [_expanded(row, expand) for row in shown(rows, start, size, fault)]
        more = start + size < len(rows)
        return Reply(200, {"object": "list", "url": request.path, "has_more": more, "data": page})

    def _balance(self, state: str) -> list[Row]:
        rows = self.lists["balance_transactions"]
        return [{"amount": sum(row["net"] for row in rows if row["status"] == state), "currency": "usd"}]


def _newest(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["created"], row["id"]), reverse=True)


def _wanted(row: Row, asked: dict[str, str]) -> bool:
    since, until = int(asked.get("created[gte]", 0)), int(asked.get("created[lte]", 10**12))
    return since <= row["created"] <= until and asked.get("payout", row.get("_payout")) == row.get("_payout")


def _expanded(row: Row, expand: set[str]) -> Row:
    """A source is an id unless it is asked for; so is the charge of a refund or dispute."""
    row = {name: value for name, value in row.items() if name != "_payout"}
    source = row.get("source")
    if isinstance(source, dict) and "data.source" not in expand:
        row["source"] = source["id"]
    elif isinstance(source, dict) and isinstance(source.get("charge"), dict) and "data.source.charge" not in expand:
        row["source"] = {**source, "charge": source["charge"]["id"]}
    return row


def _cents(amount: Decimal | None) -> int:
    return int((amount or Decimal(0)) * 100)


def _transaction(row: Row, as_of: datetime, payouts: set[str]) -> Row:
    """A fee of its own is an amount that leaves, without a fee on it."""
    own = row["type"] == "fee"
    available = row["processed_at"] + SETTLES
    return {
        "id": f"txn_{row['txn_id']}",
        "object": "balance_transaction",
        "amount": _cents(row["net"] if own else row["gross"]),
        "available_on": int(available.timestamp()),
        "balance_type": "payments",
        "created": int(row["processed_at"].timestamp()),
        "currency": "usd",
        "description": None,
        "exchange_rate": None,
        "fee": 0 if own else _cents(row["fee"]),
        "fee_details": [],
        "net": _cents(row["net"]),
        "reporting_category": CATEGORIES[row["type"]],
        "source": _source(row),
        "status": "available" if available <= as_of else "pending",
        "type": TYPES[row["type"]],
        "_payout": f"po_{row['payout_id']}" if row["payout_id"] in payouts else None,
    }


def _source(row: Row) -> Row | str | None:
    if row["type"] in ("fee", "payout"):
        return None if row["type"] == "fee" else f"po_of_{row['txn_id']}"
    charge = _charge(row)
    if row["type"] == "payment":
        return charge
    prefix, kind = {"refund": ("re", "refund"), "dispute": ("dp", "dispute")}[row["type"]]
    return {"id": f"{prefix}_{row['txn_id']}", "object": kind, "amount": abs(_cents(row["gross"])), "charge": charge}


def _charge(row: Row) -> Row:
    present = row["origin"] == "terminal"
    card: Row = {"brand": row["card_brand"], "last4": row["last4"]}
    card |= (
        {"receipt": {"authorization_code": row["auth_code"]}} if present else {"authorization_code": row["auth_code"]}
    )
    method = "card_present" if present else "card"
    return {
        "id": f"ch_{row['txn_id']}",
        "object": "charge",
        "amount": abs(_cents(row["gross"])),
        "currency": "usd",
        "description": row["reference"],
        "metadata": {"origin": row["origin"] or ""},
        "payment_method_details": {"type": method, method: card},
    }


def _payout(row: Row) -> Row:
    """A bank that has it is told a day later that it has; until then the day is the one that was planned."""
    arrives = datetime.combine(row["deposited_date"] or row["expected_date"], time(), UTC)
    made = datetime.combine(row["expected_date"], time(6), UTC) - timedelta(days=1)
    return {
        "id": f"po_{row['payout_id']}",
        "object": "payout",
        "amount": _cents(row["amount"]),
        "arrival_date": int(arrives.timestamp()),
        "automatic": True,
        "balance_transaction": f"txn_tr{row['payout_id'][2:]}",
        "created": int(made.timestamp()),
        "currency": "usd",
        "description": "STRIPE PAYOUT",
        "destination": "ba_1",
        "failure_code": None,
        "failure_message": None,
        "method": "standard",
        "reconciliation_status": "completed",
        "statement_descriptor": None,
        "status": row["status"],
        "trace_id": {"status": "supported", "value": row["bank_reference"]},
        "type": "bank_account",
    }
