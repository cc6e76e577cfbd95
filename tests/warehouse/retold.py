"""A week as the clerk of a poorer system would have entered it: every order keeps its total, its tax and its payments.

Belongs here: which lines stand for those that the system has no place for. Keep out: any system's protocol."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from connectors.simulator import shopware_payload
from connectors.simulator.company import World
from connectors.simulator.events import Event, Site, blank

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


def entered(
    events: list[Event], change: Callable[[Row], Row], whole: Callable[[Row], Row] = lambda order: order
) -> list[Event]:
    """The same events with every order's lines changed, then the order, and its sums with them."""
    return [
        replace(event, data=_summed(whole({**event.data, "lines": [change(line) for line in event.data["lines"]]})))
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


def taxed_by_shopware(order: Row) -> Row:
    """It taxes the sum of each class of lines, a cent off the tax of each jurisdiction, and takes discounts off before:
    what the customer was taxed otherwise stands as a fee, so that the total is kept."""
    stated = _sum(order, "tax")
    other = stated - Decimal(shopware_payload.tax_of(order)) / 100
    if not other:
        return order
    (tax, *taxes), lines = order["taxes"], [line for line in order["lines"] if line["line_type"] != "tax"]
    (line, *more) = [line for line in order["lines"] if line["line_type"] == "tax"]
    less = {"gross_amount": line["net_amount"] - other, "net_amount": line["net_amount"] - other}
    own = {"line_id": f"{order['ro_id']}98", "line_type": "fee", "description": "Taxed otherwise", "taxable": False}
    place = {name: lines[0][name] for name in ("ro_id", "job_id", "category", "department", "pay_type")}
    fee = {**blank("lines"), **place, **own, "gross_amount": other, "discount_amount": ZERO, "net_amount": other}
    return {
        **order,
        "lines": [*lines, fee, {**line, **less}, *more],
        "taxes": [{**tax, "tax_amount": tax["tax_amount"] - other}, *taxes],
        "header_tax": order["header_tax"] - other,
    }


def shopware_events(world: World, site: Site) -> list[Event]:
    """What is told to Shop-Ware, which has no place for a payment that names no order."""
    mine = [event for event in world.events if event.site == site.id]
    told = [event for event in mine if event.entity != "tender" or event.data["ro_id"]]
    return entered(told, for_shopware, taxed_by_shopware)


def dealertrack_events(world: World, site: Site) -> list[Event]:
    return entered([event for event in world.events if event.site == site.id], for_dealertrack)


EVENTS = {
    "shopware": shopware_events,
    "dealertrack": dealertrack_events,
    "dealertrack_drop": dealertrack_events,
}
