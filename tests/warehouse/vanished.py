"""Rows that a made-up company's systems no longer hold at a last look: of some tables files say so, of the others keys are
compared. Keep out: what happens in the company (rarities.py)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import polars as pl
from warehouse.homes import Home

from connectors.base import Item, Keys, Window
from connectors.files import Files
from connectors.landing import landing
from connectors.simulator.company import World
from connectors.simulator.events import Event, state_at
from data_contracts.contract import load

# one key in so many is gone; of those that have a column for it, files say so
SAID = {"task": 15, "appointment": 15, "tender": 40, "repair_order": 45}
VANISHED = {
    "message": 5, "payment_request": 15, "estimate": 12, "estimate_item": 14, "ro_participant": 12, "call_score": 14,
    "campaign_touch": 14, "link": 17, "link_click": 14, "scheduler_session": 14, "processor_txn": 14, "inspection": 12,
    "purchase_line": 14, "time_card": 12, "audit_event": 14, "task_event": 16, "call": 20, "ro_status_event": 5,
    "extension": 3,
}  # fmt: skip
# of histories, only steps without which an order or a task is still what it says that it is
STEPS = {
    "ro_status_event": ("to_status", ("on_hold", "finished", "void")),
    "task_event": ("type", ("touched", "snoozed")),
}


def with_vanished(world: World) -> World:
    """The same company, from whose systems they have gone just before the last look."""
    at = world.as_of - timedelta(minutes=1)
    last = {(event.entity, event.key): event for event in world.events}
    gone = [replace(event, at=at, action="deleted") for event in last.values() if _is_gone(event)]
    return replace(world, events=sorted([*world.events, *gone], key=lambda event: event.at))


def _is_gone(event: Event) -> bool:
    number = (SAID | VANISHED).get(event.entity)
    column, steps = STEPS.get(event.entity, ("", ()))
    if number is None or (steps and event.data[column] not in steps):
        return False
    return zlib.crc32(f"gone{event.key}".encode()) % number == 0


@dataclass(frozen=True)
class Whole(Files):
    """Deliveries, and the keys of all that there still is of some tables."""

    there: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    def pull(self, window: Window) -> Iterator[Item]:
        yield from super().pull(window)
        for table, keys in self.there.items():
            yield Keys(table, keys)


def sweep(home: Home, world: World) -> None:
    """A pull of every shop that finds what has gone."""
    for site in world.company.sites:
        name = f"{site.id}_files"
        source, sites = home.config.source(name), {one.code: one.site for one in home.config.connections[name].sites}
        assert isinstance(source, Files)
        whole = Whole(source.path, source.country, keys_of(world, site.id))
        landing.pull(home.folder, name, whole, sites, world.as_of + timedelta(minutes=1))


def keys_of(world: World, site: str) -> dict[str, pl.DataFrame]:
    """Of each table that is compared: the keys that the shop's systems hold."""
    contracts, held = load("files"), state_at(world.events, world.as_of, site)
    codes = {one.id: one.source_code for one in world.company.sites}
    found = {}
    for table in VANISHED:
        columns = contracts[table].key
        rows = [[codes.get(row[column], str(row[column])) for column in columns] for row in held[table].values()]
        found[table] = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    return found
