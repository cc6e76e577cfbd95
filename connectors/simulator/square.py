"""Far end `square`: a seller with a location for every shop, as Square's lists tell it, oldest first.

Belongs here: the truth's card transactions and payouts in Square's form. Keep out: faults (httpserver.py).

What the protocol cannot carry: the card of a refund or dispute (it is the payment's), their fees but as entries of a
payout, the day on which a late payout was due, and what was paid out as a movement of its own. A payment can be seen a
few seconds after it was made, its fee an hour later."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from connectors.simulator.events import Company, Event, iso, state_at
from connectors.simulator.httpserver import FarEnd, Reply, Request, shown

Row = dict[str, Any]
PRODUCTS = {"terminal": "SQUARE_POS", "payment request": "INVOICES", "online": "ECOMMERCE_API"}
TYPES = {"payment": "CHARGE", "refund": "REFUND", "dispute": "DISPUTE", "fee": "FEE"}
LAG, FEES_LATER = timedelta(seconds=5), timedelta(hours=1)


class SquareServer(FarEnd):
    """Serves one seller on a free loopback port."""

    def __init__(self, company: Company, events: Iterable[Event], as_of: datetime) -> None:
        super().__init__()
        self.secret = "EAAA-a-secret"
        self.company, self.events = company, [e for e in events if e.entity in ("processor_txn", "payout")]
        self.lists: dict[str, list[Row]] = {}
        self.entries: dict[str, list[Row]] = {}
        self.advance(as_of)

    def advance(self, to: datetime) -> None:
        state = state_at(self.events, to)
        saved = {(event.entity, event.key): event.at for event in self.events if event.at <= to}
        codes = {site.id: site.source_code for site in self.company.sites}
        lists: dict[str, list[Row]] = {name: [] for name in ("payments", "refunds", "disputes", "payouts")}
        entries: dict[str, list[Row]] = {}
        for key, row in state["processor_txn"].items():
            place = {"location_id": codes[row["site"]], "updated_at": iso(saved["processor_txn", key])}
            for name, made in _movement(row, to, place):
                lists[name].append(made)
            if row["payout_id"] in state["payout"] and row["type"] != "payout":
                entries.setdefault(row["payout_id"], []).extend(_entries(row))
        for key, row in state["payout"].items():
            place = {"location_id": codes[row["site"]], "updated_at": iso(saved["payout", key])}
            made_at = next(event.at for event in self.events if (event.entity, event.key) == ("payout", key))
            lists["payouts"].append({**_payout(row), **place, "created_at": iso(made_at)})
        with self.lock:
            self.lists, self.entries = lists, entries
            for rows in lists.values():
                rows.sort(key=lambda row: (row["created_at"], row["id"]))

    def allowed(self, request: Request) -> bool:
        return request.header("Authorization") == f"Bearer {self.secret}" and bool(request.header("Square-Version"))

    def refusal(self, status: int) -> Reply:
        return Reply(status, {"errors": [{"category": "API_ERROR", "code": "INTERNAL_SERVER_ERROR"}]})

    def answer(self, request: Request, fault: str) -> Reply:
        name, asked = request.path.removeprefix("/v2/"), dict(request.query)
        if name == "locations":
            sites = self.company.sites
            return Reply(200, {"locations": [{"id": s.source_code, "name": s.name, "status": "ACTIVE"} for s in sites]})
        inside = re.fullmatch(r"payouts/(\w+)/payout-entries", name)
        with self.lock:
            if inside:
                return _page("payout_entries", self.entries.get(inside[1], []), asked, fault)
            if name not in self.lists:
                return self.refusal(404)
            return _page(name, [row for row in self.lists[name] if _wanted(row, asked)], asked, fault)


def _page(name: str, rows: list[Row], asked: dict[str, str], fault: str) -> Reply:
    """An empty list is an empty object; the last page has no cursor."""
    start = int(base64.b64decode(asked["cursor"])) if asked.get("cursor") else 0
    size = min(int(asked.get("limit", 100)), 100)
    own = shown(rows, start, size, fault)
    body: Row = {name: own} if own else {}
    if start + size < len(rows):
        body["cursor"] = base64.b64encode(str(start + size).encode()).decode()
    return Reply(200, body)


def _wanted(row: Row, asked: dict[str, str]) -> bool:
    since, until = asked.get("begin_time", ""), asked.get("end_time", "9999")
    return row["location_id"] == asked.get("location_id") and since <= row["created_at"] < until


def _money(amount: Decimal) -> Row:
    return {"amount": int(amount * 100), "currency": "USD"}


def _movement(row: Row, as_of: datetime, place: Row) -> Iterator[tuple[str, Row]]:
    if row["type"] not in ("payment", "refund", "dispute") or row["processed_at"] + LAG > as_of:
        return
    own = {
        "id": row["txn_id"],
        **place,
        "created_at": iso(row["processed_at"]),
        "amount_money": _money(abs(row["gross"])),
    }
    told = row["processed_at"] + FEES_LATER <= as_of and row["fee"]
    fees = [
        {"type": "INITIAL", "effective_at": iso(row["processed_at"] + FEES_LATER), "amount_money": _money(row["fee"])}
    ]
    charged = {"processing_fee": fees} if told else {}
    if row["type"] == "payment":
        card = {"card_brand": row["card_brand"], "last_4": row["last4"]}
        details = {"status": "CAPTURED", "auth_result_code": row["auth_code"], "entry_method": "EMV", "card": card}
        yield "payments", {
            **own, **charged, "status": "COMPLETED", "source_type": "CARD", "card_details": details,
            "total_money": own["amount_money"], "reference_id": row["reference"],
            "application_details": {"square_product": PRODUCTS[row["origin"]]},
        }  # fmt: skip
    elif row["type"] == "refund":
        yield "refunds", {**own, **charged, "status": "COMPLETED", "reason": "refund", "payment_id": None}
    else:
        yield "disputes", {**own, "state": "LOST", "reason": "NOT_AS_DESCRIBED",
                           "disputed_payment": {"payment_id": row["txn_id"].removeprefix("dp")}}  # fmt: skip


def _entries(row: Row) -> Iterator[Row]:
    """A dispute's fee is an entry of its own."""
    own = {"effective_at": iso(row["processed_at"]), "payout_id": row["payout_id"], "type": TYPES[row["type"]]}
    apart = row["fee"] if row["type"] in ("dispute", "fee") else Decimal(0)
    if row["type"] != "fee":
        name = {"payment": "payment_id", "refund": "payment_refund_id", "dispute": "dispute_id"}[row["type"]]
        yield {
            **own, "id": f"poe_{row['txn_id']}", "gross_amount_money": _money(row["gross"]),
            "fee_amount_money": _money(row["fee"] - apart), "net_amount_money": _money(row["net"] + apart),
            f"type_{TYPES[row['type']].lower()}_details": {name: row["txn_id"]},
        }  # fmt: skip
    if apart:
        zero = _money(Decimal(0))
        yield {**own, "type": "FEE", "id": f"poe_fee_{row['txn_id']}", "gross_amount_money": _money(-apart),
               "fee_amount_money": zero, "net_amount_money": _money(-apart)}  # fmt: skip


def _payout(row: Row) -> Row:
    return {
        "id": row["payout_id"],
        "status": "PAID" if row["status"] == "paid" else "SENT",
        "amount_money": _money(row["amount"]),
        "arrival_date": (row["deposited_date"] or row["expected_date"]).isoformat(),
        "end_to_end_id": row["bank_reference"],
        "type": "BATCH",
        "version": 1,
        "destination": {"type": "BANK_ACCOUNT", "id": "ccof:bank"},
    }
