"""Events that a test adds to a made-up company: an order edited, moved, deleted after the fact.

Keep out: delivering them (homes.py)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from warehouse.homes import Home

from connectors.simulator import files as far_end
from connectors.simulator.company import World
from connectors.simulator.events import Event


def closed_orders(world: World, site: str, day: date) -> list[Event]:
    """The last events of the orders that a shop has closed on a day, in order of their ids."""
    last = {event.key: event for event in world.events if event.entity == "repair_order"}
    orders = [event for event in last.values() if event.site == site and event.action == "saved"]
    return sorted(
        (event for event in orders if event.data["status"] == "closed" and event.data["closed_date"] == day),
        key=lambda event: event.key,
    )


def tenders_of(world: World, order: Event) -> list[Event]:
    last = {event.key: event for event in world.events if event.entity == "tender"}
    return [event for event in last.values() if event.data["ro_id"] == order.key and event.action == "saved"]


def changed(event: Event, at: datetime, **data: Any) -> Event:
    return replace(event, at=at, data={**event.data, "updated_at": at, **data})


def dearer(event: Event, at: datetime, by: Decimal = Decimal("10.00")) -> Event:
    """The first line of goods costs more; nobody corrects the payments."""
    lines = [dict(line) for line in event.data["lines"]]
    line = next(line for line in lines if line["line_type"] in ("part", "labor", "sublet"))
    line.update(net_amount=line["net_amount"] + by, gross_amount=line["gross_amount"] + by)
    return changed(event, at, lines=lines)


def moved(event: Event, at: datetime, days: int) -> Event:
    """Closed on another day than was told before."""
    shift = timedelta(days=days)
    return changed(
        event,
        at,
        closed_date=event.data["closed_date"] + shift,
        closed_at=event.data["closed_at"] + shift if event.data["closed_at"] else None,
    )


def deleted(event: Event, at: datetime) -> Event:
    return replace(changed(event, at), action="deleted")


def bring(home: Home, world: World, events: Iterable[Event], as_of: datetime) -> None:
    """The shops deliver just these events."""
    events = list(events)
    for site in world.company.sites:
        far_end.deliver(world.company, events, site, home.folder / "drop" / site.id, since=None, as_of=as_of)
