"""Transaction Detail (REPORTS 3C.1): each transaction of the card processor beside the payment that the shop wrote down.

Keep out: the bank (deposits), the tie-out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from oracle.figures import ZERO
from oracle.sold import named
from oracle.told import Told

Row = dict[str, Any]
MATCHED_TYPES = ("payment", "refund")
RECEIPTS = ("final", "advance", "ar_payment")


@dataclass(frozen=True)
class Paid:
    """A payment as the shop has it."""

    tender_id: str
    site: str
    day: date
    amount: Decimal
    ro_no: str | None
    row: Row


def transaction_detail(told: Told, sites: Collection[str] | None = None) -> dict[str, Row]:
    """txn_id -> row; `tender:<tender_id>` for a card payment that the processor of its shop has not."""
    own = [(site, row) for site, row in told.rows("processor_txn") if sites is None or site in sites]
    payouts = {row["payout_id"]: row for _, row in told.rows("payout")}
    paid = [one for one in _payments(told) if sites is None or one.site in sites]
    found = matches([(site, row) for site, row in own if row["type"] in MATCHED_TYPES], paid)
    rows = {row["txn_id"]: _row(told, site, row, payouts.get(row["payout_id"], {}), found) for site, row in own}
    used, since = {one.tender_id for one in found.values()}, _first_days(told, own)
    for one in paid:
        if one.tender_id not in used and one.row["method"] == "card" and one.day >= since.get(one.site, date.max):
            rows[f"tender:{one.tender_id}"] = _missing(told, one)
    return rows


def _first_days(told: Told, own: Iterable[tuple[str, Row]]) -> dict[str, date]:
    """Before a shop's first day with its processor nothing is missing there."""
    found: dict[str, date] = {}
    for site, row in own:
        day = told.day(site, row["processed_at"])
        found[site] = min(found.get(site, day), day)
    return found


def _payments(told: Told) -> list[Paid]:
    raw = {row["tender_id"]: row for _, row in told.rows("tender")}
    found = [tender for tender in told.world.tenders if tender.origin == "source" and tender.kind in RECEIPTS]
    numbers = {order.ro_id: order.data["ro_number"] for order in told.world.orders.values()}
    return [
        Paid(one.tender_id, one.shop.id, one.day, one.amount, numbers.get(one.ro_id or ""), raw[one.tender_id])
        for one in found
    ]


def matches(own: Iterable[tuple[str, Row]], paid: Iterable[Paid]) -> dict[str, Paid]:
    """Reading of 3C.1: a payment is found by the transaction that it names; else by auth code and amount; else by
    auth code and direction; else by the order's number and amount. Of several equals the first goes with the first."""
    left, rest = list(own), list(paid)
    found: dict[str, Paid] = {}
    for theirs, ours in _RULES:
        pairs = _paired(left, rest, theirs, ours)
        found |= pairs
        left = [(site, row) for site, row in left if row["txn_id"] not in pairs]
        rest = [one for one in rest if one.tender_id not in {pair.tender_id for pair in pairs.values()}]
    return found


Theirs = Callable[[str, Row], Hashable]
Ours = Callable[[Paid], Hashable]
_RULES: tuple[tuple[Theirs, Ours], ...] = (
    (lambda site, row: row["txn_id"], lambda one: one.row["processor_txn_id"]),
    (
        lambda site, row: row["auth_code"] and (site, row["auth_code"], row["gross"]),
        lambda one: one.row["auth_code"] and (one.site, one.row["auth_code"], one.amount),
    ),
    (
        lambda site, row: row["auth_code"] and (site, row["auth_code"], row["gross"] < 0),
        lambda one: one.row["auth_code"] and (one.site, one.row["auth_code"], one.amount < 0),
    ),
    (
        lambda site, row: row["reference"] and (site, row["reference"], row["gross"]),
        lambda one: one.ro_no and one.row["method"] == "card" and (one.site, one.ro_no, one.amount),
    ),
)


def _paired(left: Iterable[tuple[str, Row]], rest: Iterable[Paid], theirs: Theirs, ours: Ours) -> dict[str, Paid]:
    waiting: dict[Hashable, list[Paid]] = defaultdict(list)
    for one in sorted(rest, key=lambda one: (one.row["recorded_at"] is None, one.row["recorded_at"], one.tender_id)):
        if key := ours(one):
            waiting[key].append(one)
    pairs = {}
    for site, row in sorted(left, key=lambda pair: (pair[1]["processed_at"], pair[1]["txn_id"])):
        key = theirs(site, row)
        if key and waiting[key]:
            pairs[row["txn_id"]] = waiting[key].pop(0)
    return pairs


def _row(told: Told, site: str, row: Row, payout: Row, found: dict[str, Paid]) -> Row:
    one, day = found.get(row["txn_id"]), told.day(site, row["processed_at"])
    return {name: row[name] for name in ("type", "origin", "card_brand", "last4", "auth_code", "gross", "payout_id")} | {
        "txn_ts": row["processed_at"],
        "business_date": day,
        "site": site,
        "ro_no": (one.ro_no if one else None) or row["reference"],
        "fee": row["fee"] or ZERO,
        "net": row["gross"] - (row["fee"] or ZERO),
        "payout_expected_d": payout.get("expected_date"),
        "payout_deposited_d": payout.get("deposited_date"),
        "matched_tender_id": one.tender_id if one else None,
        "matched_amount": one.amount if one else None,
        "variance": row["gross"] - one.amount if one else None,
        "match_status": _status(row, day, one),
        "taken_by": named(told, one.row["taken_by_id"]) if one else None,
    }  # fmt: skip


def _status(row: Row, day: date, one: Paid | None) -> str | None:
    """Reading of 3C.1: fees, disputes and payouts have no payment of the shop beside them, so nothing to match."""
    if row["type"] not in MATCHED_TYPES:
        return None
    if one is None:
        return "missing_in_dms"
    if one.amount != row["gross"]:
        return "amount_diff"
    return "matched" if one.day == day else "timing"


def _missing(told: Told, one: Paid) -> Row:
    names = ("origin", "card_brand", "last4", "auth_code", "gross", "payout_id", "txn_ts", "fee", "net", "payout_expected_d",
             "payout_deposited_d")  # fmt: skip
    return dict.fromkeys(names) | {
        "type": "payment" if one.amount >= 0 else "refund",
        "business_date": one.day,
        "site": one.site,
        "ro_no": one.ro_no,
        "matched_tender_id": one.tender_id,
        "matched_amount": one.amount,
        "variance": -one.amount,
        "match_status": "missing_in_processor",
        "taken_by": named(told, one.row["taken_by_id"]),
    }
