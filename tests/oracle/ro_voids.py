"""Voided Repair Order Summary (REPORTS 3D.10): site x advisor x period of the void, with the money that is left on it.

Keep out: the tie-out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from oracle.facts import Order
from oracle.figures import ZERO, div, rounded
from oracle.periods import Item, Period, Rows, grouped
from oracle.service_writers import void_event, voids
from oracle.sold import Sale, landed, sales
from oracle.told import Told


@dataclass(frozen=True)
class Void:
    """A void order; what is NULL in the catalogue is None here."""

    order: Order
    day: date
    amount: Decimal
    after_close: bool
    paid: list[Decimal]
    hours: Fraction | None  # open to void
    reason: str
    by: str | None


def ro_void_summary(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    items: list[Item[Void | Sale]] = [(sale.site, sale.counts_on, (sale.advisor,), sale) for sale in sales(told)]
    items += [(one.order.shop.id, one.day, (told.person(one.order.data["advisor_id"]),), one) for one in voided(told)]
    found = grouped(told.world, periods, sites, 1, items)
    # Reading of 3D.10: a row is where an order was voided; who closed orders only has none.
    rows = {key: things for key, things in found.items() if key[1] is None or any(isinstance(x, Void) for x in things)}
    return {key: _row(things) for key, things in rows.items()}


def voided(told: Told) -> list[Void]:
    versions, paid = landed(told), defaultdict(list)
    for tender in told.world.tenders:
        if tender.kind != "ar_charge" and tender.ro_id:
            paid[tender.ro_id].append(tender.amount)
    return [_void(told, order, day, versions[order.ro_id], paid[order.ro_id]) for order, day in voids(told)]


def _void_amount(order: Order, versions: Sequence[Mapping[str, Any]]) -> Decimal:
    """At void: as the void order says, else as the newest version before it that was landed, else of its lines."""
    before = [version for version in versions if version["status"] not in ("void", "deleted")]
    stated = order.data["header_total"] or (before[-1]["header_total"] if before else None)
    return order.amounts.total if stated is None else stated


def _void(
    told: Told, order: Order, day: date, versions: Sequence[Mapping[str, Any]], paid: list[Decimal]
) -> Void:
    event, opened = void_event(told, order.ro_id), order.data["opened_at"]
    by = told.world.employees.get(event["by_id"], {}).get("name") if event else None
    return Void(
        order,
        day,
        _void_amount(order, versions),
        event is not None and _was_closed(told, order.ro_id, event["at"]),
        paid,
        _hours(opened, event["at"]) if event and opened else None,
        order.data["void_reason"] or "(none)",
        by,
    )


def _was_closed(told: Told, ro_id: str, at: datetime) -> bool:
    steps = [data for _, data in told.status_events.get(ro_id, ())]
    return any(step["to_status"] == "closed" and step["at"] <= at for step in steps)


def _hours(since: datetime, until: datetime) -> Fraction:
    return Fraction(int((until - since).total_seconds()), 3600)


def _row(things: Sequence[Void | Sale]) -> dict[str, Any]:
    found = [thing for thing in things if isinstance(thing, Void)]
    hours = [one.hours for one in found if one.hours is not None]
    reasons = Counter(one.reason for one in found)
    return {
        "voided_ros": len(found),
        "voided_amount": sum((one.amount for one in found), ZERO),
        "void_rate": div(len(found), len(things)),
        "voided_after_close": sum(one.after_close for one in found),
        "with_payments": sum(bool(one.paid) for one in found),
        "payments_net": sum((sum(one.paid, ZERO) for one in found), ZERO),
        "parts_on_ro": sum((one.order.amounts.sales("parts") for one in found), ZERO),
        "avg_hours_open_to_void": rounded(sum(hours, Fraction(0)) / len(hours), 2) if hours else None,
        "reason_mix": "; ".join(f"{r}: {n}" for r, n in sorted(reasons.items(), key=lambda x: (-x[1], x[0]))) or None,
        "voided_by": "; ".join(sorted({one.by for one in found if one.by})) or None,
    }
