"""A week as the clerk of a poorer system would have entered it: every order keeps its total, its tax and its payments.

Belongs here: which lines stand for those that the system has no place for. Keep out: any system's protocol."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from connectors.simulator import shopware_payload
from connectors.simulator.company import World
from connectors.simulator.events import Event, Site
from connectors.simulator.whole import Unspeakable

Row = dict[str, Any]
DISCOUNTS = ("coupon", "package_discount")
WITHOUT_PLACE = {"upcharge": "fee", "package_add": "fee", "other": "sublet", **dict.fromkeys(DISCOUNTS, "discount")}
ZERO = Decimal("0.00")
SUMS = {
    "fees": ("fee",),
    "upcharge": ("upcharge",),
    "other": ("other",),
    "sublet": ("sublet",),
    "supplies": ("supply",),
}


def entered(events: list[Event], change: Callable[[Row], Row]) -> list[Event]:
    """The same events with every order's lines changed, and its sums with them."""
    return [
        replace(event, data=_summed({**event.data, "lines": [change(line) for line in event.data["lines"]]}))
        if event.entity == "repair_order" and event.data.get("lines")
        else event
        for event in events
    ]


def _summed(order: Row) -> Row:
    sums = {f"header_{name}": _sum(order, *kinds) for name, kinds in SUMS.items()}
    return {**order, **sums, "header_discount": -_sum(order, "discount", *DISCOUNTS)}


def _sum(order: Row, *kinds: str) -> Decimal:
    return sum((line["net_amount"] for line in order["lines"] if line["line_type"] in kinds), ZERO)


def net(line: Row) -> Row:
    """A discount of the line is a lower price."""
    price = line["net_amount"] / line["quantity"] if line["quantity"] else line["unit_price"]
    whole = price is None or price == round(price, 2)
    quantity, price = (line["quantity"], price) if whole else (Decimal("1.00"), line["net_amount"])
    less = {"gross_amount": line["net_amount"], "unit_price": price, "quantity": quantity, "discount_amount": ZERO}
    return {**line, **less} if line["discount_amount"] else line


def for_dealertrack(line: Row) -> Row:
    kind = WITHOUT_PLACE.get(line["line_type"], line["line_type"])
    return net({**line, "line_type": line["line_type"] if line["line_type"] in DISCOUNTS else kind})


def for_shopware(line: Row) -> Row:
    """Taxed supplies are a fee; what a core costs is in its price."""
    taxed = line["line_type"] == "supply" and line["taxable"]
    kind = "fee" if taxed else WITHOUT_PLACE.get(line["line_type"], line["line_type"])
    return net({**line, "line_type": kind, "core_charge": None})


def taxed_otherwise(events: list[Event], site: Site) -> set[str]:
    """Orders that Shop-Ware cannot hold: it taxes the sum of each class of lines, which is a cent off the tax of each
    jurisdiction, and takes discounts off before the tax."""
    orders = [event for event in events if event.entity == "repair_order" and event.site == site.id]
    jobs = [job for order in orders for name in ("jobs", "lines") for job in order.data[name]]
    categories = sorted({job["category"] or "" for job in jobs} | {""})
    return {event.key for event in orders if not _speakable(site, event.data, categories)}


def _speakable(site: Site, order: Row, categories: list[str]) -> bool:
    if order["deleted"] or order["status"] == "void":
        return True
    try:
        shopware_payload.repair_order(site, order, {"created_at": "", "updated_at": ""}, categories)
    except Unspeakable:
        return False
    return True


def shopware_events(world: World, site: Site) -> list[Event]:
    """What is told to Shop-Ware."""
    events = entered([event for event in world.events if event.site == site.id], for_shopware)
    without = taxed_otherwise(events, site)
    return [event for event in events if not {event.key, event.data.get("ro_id")} & without]


def dealertrack_events(world: World, site: Site) -> list[Event]:
    return entered([event for event in world.events if event.site == site.id], for_dealertrack)


EVENTS = {
    "shopware": shopware_events,
    "dealertrack": dealertrack_events,
    "dealertrack_drop": dealertrack_events,
}
