"""Far end: canonical files of the systems beside a shop's DMS, which name its orders and calls by their ids there.

Belongs here: which entities, and those ids. Keep out: what happened (beside), the form of a delivery (files)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from connectors.simulator import asterisk, files
from connectors.simulator.columns import ENTITIES
from connectors.simulator.events import Company, Event, Site
from connectors.simulator.operations import of_site

Row = dict[str, Any]
BOOKS = ("customer", "vehicle", "employee", "repair_order", "ro_status_event", "tender", "call", "phone_number",
         "site_hours", "control_total")  # fmt: skip
BESIDE = frozenset(ENTITIES) - set(BOOKS)
NUMBERS = frozenset({"phone_number"})  # a PBX does not know what its numbers are for: the office keeps that list
Ids = Callable[[str], str | None]


def deliver(
    company: Company,
    events: Iterable[Event],
    site: Site,
    drop: Path,
    *,
    since: datetime | None,
    as_of: datetime,
    told: Collection[str] = (),
) -> None:
    """One generation with the last state of what changed after `since`; what the DMS tells itself is left out."""
    mine = of_site(events, site, as_of)
    ids = {"ro_id": _orders(site, mine), "vehicle_id": _cars(site, mine), "call_id": _calls(site, mine)}
    kept = (BESIDE | NUMBERS if site.phone == "asterisk" else BESIDE) - set(told)
    wanted = [event for event in mine if event.entity in kept and (since is None or event.at > since)]
    batch = [replace(event, data=_renamed(event.data, ids)) for event in wanted]
    if batch:
        files.write(drop / as_of.strftime("%Y%m%dT%H%M%SZ"), files.tables(company, batch), packed=False)


def _renamed(row: Row, ids: dict[str, Ids]) -> Row:
    named = {name: ids[name](row[name]) for name in ids if row.get(name) is not None}
    if row.get("entity_type") == "repair_order":
        named["entity_id"] = ids["ro_id"](row["entity_id"])
    return row | named


def _orders(site: Site, events: Iterable[Event]) -> Ids:
    """A closed document has no id but its company and number."""
    if site.dms != "dealertrack":
        return lambda key: key
    numbers = {event.key: event.data["ro_number"] for event in events if event.entity == "repair_order"}
    return lambda key: f"{site.source_code}-{numbers[key]}"


def _cars(site: Site, events: Iterable[Event]) -> Ids:
    if site.dms != "dealertrack":
        return lambda key: key
    return {event.key: event.data["vin"] for event in events if event.entity == "vehicle"}.get


def _calls(site: Site, events: Iterable[Event]) -> Ids:
    if site.phone != "asterisk":
        return lambda key: key
    return {call["call_id"]: asterisk.linked_id(call, serial) for _, call, serial in asterisk.calls(site, events)}.get
