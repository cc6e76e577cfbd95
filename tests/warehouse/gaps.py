"""A made-up company as it is told by careless clerks and half an export: what other rows refer to is missing.

Keep out: anything that breaks a day (the simulator plants that)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from warehouse.edits import moved

from connectors.simulator.company import World
from connectors.simulator.events import Event

SHOP = "chi"
DAY = timedelta(days=1)
SATURDAY = 5


def with_gaps(world: World) -> World:
    """The same company; one shop never tells of some people, and some of its orders name nobody."""
    unknown = {
        entity: _some(world, entity, every) for entity, every in (("customer", 5), ("employee", 4), ("vehicle", 6))
    }
    told = [event for event in world.events if event.key not in unknown.get(event.entity, ())]
    nameless = _some(world, "repair_order", 7)
    careless = [_careless(event, nameless) for event in told]
    return replace(world, events=sorted([*careless, *_free_looks(careless)], key=lambda event: event.at))


def _some(world: World, entity: str, every: int) -> set[str]:
    known = sorted({event.key for event in world.events if (event.entity, event.site) == (entity, SHOP)})
    return set(known[::every])


def _free_looks(told: list[Event]) -> Iterator[Event]:
    """A car looked at for nothing on two days of three: no payment says which day it was, and days later the clerk puts
    it on the day after. That of a Saturday is told of Sunday first: nobody else comes that day, so that only the order
    itself says that its report has changed."""
    closed: dict[date, Event] = {}
    for event in told:
        if (event.entity, event.site) == ("repair_order", SHOP) and event.data["status"] == "closed":
            closed.setdefault(event.data["closed_date"], event)
    for place, (day, event) in enumerate(closed.items()):
        if day.weekday() == SATURDAY:
            sunday = _free(moved(event, event.at + DAY, 1))
            yield from _redated(replace(sunday, data={**sunday.data, "opened_at": None}), -1)
        elif place < len(closed) * 2 // 3:
            yield from _redated(_free(event), 1)


def _redated(free: Event, days: int) -> Iterator[Event]:
    """Closed, and put on another day three days later."""
    yield free
    yield _closing(free)
    at = free.at + 3 * DAY
    yield replace(
        free, at=at, data={**free.data, "closed_date": free.data["closed_date"] + days * DAY, "updated_at": at}
    )


def _free(event: Event) -> Event:
    """An order like this one that costs nothing: its first line, at no price."""
    key = f"{event.key}0"
    nothing = dict.fromkeys((name for name in event.data if name.startswith("header_")), Decimal("0.00"))
    line = {
        name: Decimal("0.00") if name.endswith("_amount") else value for name, value in event.data["lines"][0].items()
    }
    own = {
        "ro_id": key,
        "ro_number": key,
        "opened_at": event.data["closed_at"] - 7 * DAY,  # of no Sunday
        "refund_of_ro_id": None,
    }
    lines = [{**line, "ro_id": key, "line_id": f"{key}1", "job_id": None, "unit_price": None}]
    return replace(event, key=key, data={**event.data, **nothing, **own, "lines": lines, "jobs": [], "taxes": []})


def _closing(order: Event) -> Event:
    """The one change of status that the log has of it: put on another day, it was not opened again."""
    said = {"ro_id": order.key, "event_id": f"{order.key}1", "from_status": "open", "to_status": "closed"}
    return replace(
        order,
        entity="ro_status_event",
        key=said["event_id"],
        data={**said, "at": order.at, "by_id": None, "reason": None},
    )


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
