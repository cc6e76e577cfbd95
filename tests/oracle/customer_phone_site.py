"""Customer Phone/Site Report (REPORTS 3A.9): every number of every customer, as it is now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from oracle.identity import e164, phones
from oracle.phone import calls
from oracle.told import Row, Told

Key = tuple[str, str, str]  # golden customer, number (as written where it is none), site


@dataclass(frozen=True)
class Number:
    written: str
    card: Row
    is_first: bool


def customer_phone_site(told: Told, sites: Collection[str] | None = None) -> dict[Key, dict[str, Any]]:
    found: dict[Key, list[Number]] = defaultdict(list)
    holders: dict[str, set[str]] = defaultdict(set)
    for site, card in told.rows("customer"):
        golden = told.customer(card["customer_id"]) or ""
        for place, written in enumerate(phones(card)):
            number = e164(written)
            found[golden, number or written, site].append(Number(written, card, place == 0))
            if number:
                holders[number].add(golden)
    last = last_calls(told)
    return {key: _row(told, key, rows, holders, last.get((key[2], key[1])))
            for key, rows in found.items() if sites is None or key[2] in sites}  # fmt: skip


def last_calls(told: Told) -> dict[tuple[str, str], datetime]:
    """By site and number at the other end, whoever called."""
    return {(call.site, call.caller): call.start for call in calls(told, "in", "out") if call.caller}


def _row(
    told: Told, key: Key, rows: list[Number], holders: dict[str, set[str]], last: datetime | None
) -> dict[str, Any]:
    golden, number, site = key
    visits = [order for order in told.world.sales()
              if order.shop.id == site and told.customer(order.data["customer_id"]) == golden]  # fmt: skip
    invalid = e164(number) is None or number in told.world.numbers
    return {
        "customer_source_ids": "; ".join(sorted({row.card["customer_id"] for row in rows})),
        "phone": e164(number),
        "phone_raw": min(row.written for row in rows),
        "phone_type": None,  # no source tells
        "is_primary": any(row.is_first for row in rows),
        "ro_count": len(visits),
        "last_visit_d": max((order.close_date for order in visits if order.close_date), default=None),
        "last_call_ts": last,
        "sms_opt_in": any(row.card["sms_opt_in"] for row in rows),
        "duplicate_phone_customers": 0 if invalid else len(holders[number]),
        "invalid_phone": invalid,
    }
