"""A made-up company as it is told by careless clerks and half an export: what other rows refer to is missing.

Keep out: anything that breaks a day (the simulator plants that)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from connectors.simulator.company import World
from connectors.simulator.events import Event

SHOP = "chi"


def with_gaps(world: World) -> World:
    """The same company; one shop never tells of some people, and some of its orders name nobody."""
    unknown = {
        entity: _some(world, entity, every) for entity, every in (("customer", 5), ("employee", 4), ("vehicle", 6))
    }
    told = [event for event in world.events if event.key not in unknown.get(event.entity, ())]
    nameless = _some(world, "repair_order", 7)
    return replace(world, events=[_careless(event, nameless) for event in told])


def _some(world: World, entity: str, every: int) -> set[str]:
    known = sorted({event.key for event in world.events if (event.entity, event.site) == (entity, SHOP)})
    return set(known[::every])


def _careless(event: Event, nameless: set[str]) -> Event:
    """An order that names nobody; a refund that nobody opened; a coupon that is worth nothing beside a discount; an
    order that is still open and has no lines yet."""
    data: dict[str, Any] = dict(event.data)
    if event.entity != "repair_order" or event.site != SHOP:
        return event
    if event.key in nameless:
        data.update(customer_id=None, vehicle_id=None, advisor_id=None, opened_at=None)
    if data["refund_of_ro_id"] is not None:
        data["opened_at"] = None
    if data["status"] not in ("closed", "void"):
        data.update({name: None for name in data if name.startswith("header_")} | {"lines": [], "taxes": []})
    given = [line for line in data["lines"] or [] if line["line_type"] == "discount"]
    if given:
        nothing = dict.fromkeys(("gross_amount", "discount_amount", "net_amount"), Decimal("0.00"))
        coupon = {**given[0], **nothing, "line_id": f"{given[0]['line_id']}0", "line_type": "coupon"}
        data["lines"] = [*data["lines"], coupon]
    return replace(event, data=data)
