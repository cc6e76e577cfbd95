"""People who come to two shops of the company: the second shop's card says what the first one's says.

Belongs here: later states of customers and vehicles that exist. Keep out: new people, visits."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from connectors.simulator.events import Company, Event

Row = dict[str, Any]
SHARE = 0.05
SAME = ("first_name", "last_name", "phones", "email")  # what is corrected when the desk asks


def travel(company: Company, events: list[Event]) -> list[Event]:
    """Some retail customers of each shop are people of the shop before it; half of them come in the same car."""
    people: dict[str, dict[str, Row]] = {site.id: {} for site in company.sites}
    cars: dict[str, Event] = {}
    for event in events:
        if event.entity == "customer" and event.data["type"] == "retail":
            people[event.site][event.key] = event.data
        elif event.entity == "vehicle":
            cars[event.data["customer_id"]] = event
    first = _first_visits(events)
    made: list[Event] = []
    for home, site in zip(company.sites, company.sites[1:], strict=False):
        rng = Random(f"{company.seed}:{site.id}:travellers")
        known = sorted(people[home.id].values(), key=lambda row: row["customer_id"])
        guests = [key for key in sorted(people[site.id]) if key in first and rng.random() < SHARE]
        for key, other in zip(guests, rng.sample(known, min(len(known), len(guests))), strict=False):
            made += _corrected(first[key], people[site.id][key], other, cars if rng.random() < 0.5 else {})
    return made


def _first_visits(events: list[Event]) -> dict[str, Event]:
    found: dict[str, Event] = {}
    for event in events:
        if event.entity == "repair_order":
            found.setdefault(event.data["customer_id"], event)
    return found


def _corrected(visit: Event, guest: Row, other: Row, cars: dict[str, Event]) -> list[Event]:
    """Ten minutes after the car came in; whose card has no e-mail keeps what was there."""
    at = visit.at + timedelta(minutes=10)
    said = {name: other[name] for name in SAME if other[name] is not None}
    made = [Event(0, at, visit.site, "customer", "saved", guest["customer_id"], {**guest, **said, "updated_at": at})]
    own, theirs = cars.get(guest["customer_id"]), cars.get(other["customer_id"])
    if own and theirs:
        same = {name: theirs.data[name] for name in ("vin", "year", "make", "model", "engine")}
        made.append(Event(0, at, visit.site, "vehicle", "saved", own.key, {**own.data, **same, "updated_at": at}))
    return made
