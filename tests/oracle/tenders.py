"""What each payment is: as the source labels it, or derived by dates where it does not (REPORTS 6.7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from oracle.facts import (
    Event,
    Order,
    RawTender,
    Shop,
    State,
    Tender,
    order_of,
    raw_tenders,
    state,
    tender_day,
)
from oracle.figures import ZERO


def tenders(now: State, shops: dict[str, Shop], orders: dict[str, Order]) -> list[Tender]:
    """All tenders that the source holds, with their kind. Derived charges are not among them."""
    return [_tender(row, orders) for row in raw_tenders(now, shops)]


def _tender(row: RawTender, orders: dict[str, Order]) -> Tender:
    day, data, labelled = tender_day(row), row.data, row.source.labelled
    return Tender(
        data["tender_id"],
        row.shop,
        data["ro_id"],
        data["kind"] if labelled else derived_kind(day, orders.get(data["ro_id"])),
        data["method"],
        method_name(row),
        data["amount"],
        day,
        (data["applied_to_ro_id"] if labelled else None) or data["ro_id"],
    )


def method_name(row: RawTender) -> str:
    """As the source prints it. Shop-Ware: the name of a card or of anything else after its class (SOURCES 5)."""
    name = str(row.data["method_name"] or row.data["method"])
    if row.source.dms != "shopware" or row.data["method"] in ("cash", "check"):
        return name
    return f"Credit Card - {name}" if row.data["method"] == "card" else f"Other - {name}"


def derived_kind(day: date, order: Order | None) -> str:
    """Reading of 6.7: an RO that the source lacks or has deleted is no RO; a void one is not closed."""
    if order is None:
        return "ar_payment"
    if not order.is_sale or order.close_date is None or day < order.close_date:
        return "advance"
    return "final" if day == order.close_date else "ar_payment"


def first_closed(
    log: Sequence[Event], as_of: datetime, shops: dict[str, Shop], pulls: Sequence[datetime]
) -> dict[str, tuple[datetime, dict[str, Any]]]:
    """The first version of each RO that is closed, and the instant at which its payments are looked at.

    Reading of "as frozen at close": a source is seen at its pulls, so it is what the first pull after the
    close shows; without pulls, what stands at the end of the business day of the first close."""
    versions: dict[str, list[Event]] = defaultdict(list)
    for event in log:
        unlabelled = not shops[event.site].labelled
        if unlabelled and event.entity == "repair_order" and event.action == "saved" and event.at <= as_of:
            versions[event.key].append(event)
    found = {}
    for history in versions.values():
        seen = _seen_closed(history, as_of, shops[history[0].site], pulls)
        if seen:
            found[seen[1]["ro_id"]] = seen
    return found


def _seen_closed(
    history: Sequence[Event], as_of: datetime, shop: Shop, pulls: Sequence[datetime]
) -> tuple[datetime, dict[str, Any]] | None:
    moments = sorted(pull for pull in pulls if pull <= as_of) if pulls else _day_ends(history, as_of, shop)
    for moment in moments:
        standing = [event for event in history if event.at <= moment]
        if standing and standing[-1].data["status"] == "closed":
            return moment, standing[-1].data
    return None


def _day_ends(history: Sequence[Event], as_of: datetime, shop: Shop) -> list[datetime]:
    """The last event of the RO on each business day; its payments are taken up to that business day's end."""
    last: dict[date, datetime] = {}
    for event in history:
        last[shop.business_date(event.at)] = event.at
    return sorted(last.values())


def derived_charges(
    log: Sequence[Event],
    as_of: datetime,
    shops: dict[str, Shop],
    orders: dict[str, Order],
    pulls: Sequence[datetime],
) -> list[Tender]:
    """K = T - F - A at the first closed version, if it has T's sign and is no larger, else 0 (6.7)."""
    payments = [e for e in log if e.entity == "tender" and not shops[e.site].labelled]
    by_order: dict[str, list[Event]] = defaultdict(list)
    for event in payments:
        by_order[event.data.get("ro_id") or ""].append(event)
    customers = state((e for e in log if e.entity == "customer"), as_of).get("customer", {})
    charges = []
    for ro_id, (moment, data) in first_closed(log, as_of, shops, pulls).items():
        order = orders.get(ro_id)
        if order is None or not order.is_sale or order.close_date is None:
            continue
        version = order_of(data, order.shop, customers)
        amount = _charge(version, by_order[ro_id], moment, bool(pulls))
        if amount:
            charges.append(
                Tender(
                    f"derived:{ro_id}",
                    order.shop,
                    ro_id,
                    "ar_charge",
                    "ar",
                    "ar",
                    amount,
                    order.close_date,
                    ro_id,
                    "derived",
                )
            )
    return charges


def _charge(version: Order, payments: Iterable[Event], moment: datetime, by_pull: bool) -> Decimal:
    shop = version.shop
    known = [
        e
        for e in payments
        if (e.at <= moment if by_pull else shop.business_date(e.at) <= shop.business_date(moment))
    ]
    standing = raw_tenders(state(known, max((e.at for e in known), default=moment)), {shop.id: shop})
    settled = [row.data["amount"] for row in standing if _is_settled(row, version)]
    total = version.amounts.total
    charge = total - sum(settled, ZERO)
    return charge if charge * total > 0 and abs(charge) <= abs(total) else ZERO


def _is_settled(row: RawTender, version: Order) -> bool:
    return derived_kind(tender_day(row), version) in ("final", "advance")
