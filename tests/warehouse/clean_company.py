"""A made-up company on which no control may object, and its home: three shops that deliver files of everything, and
one whose system says little (Shop-Ware, which labels no payment; no processor, no telephone, nothing beside it).

Belongs here: what is taken out of the simulator's world because a control rightly objects to it, building the home.
Keep out: faults (faults.py), what controls say."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from warehouse.homes import Home, files_world, home_of_world
from warehouse.spoken import SPOKEN

from connectors.simulator import files as far_end
from connectors.simulator.company import World
from connectors.simulator.control_totals import add_control_totals
from connectors.simulator.events import Event, blank
from orchestration import publish

POOR = "den"  # has its shop system, and nothing else
POOR_HAS = ("repair_order", "ro_status_event", "customer", "vehicle", "employee", "tender")
SEED, SHOPS, DAYS = 7, 4, 45
ORDERS = ("repair_order", "ro_status_event")
ZERO = Decimal("0.00")


def make_clean() -> World:
    """The simulator's company without breaks, cleaned."""
    world = files_world(SEED, SHOPS, DAYS, keep=("shopware",), ros_per_day=4, calls_per_day=10, beside=True, breaks=0)
    return clean(world)


def clean(world: World) -> World:
    """Without what controls rightly object to, which the simulator keeps making: each step says which."""
    events = [event for event in world.events if event.site != POOR or event.entity in POOR_HAS]
    events = _never_reopened(event for event in events if event.entity != "control_total")
    events = list(_drawers_that_tie(_clocked_out(events)))
    events = add_control_totals(world.company, events, events)  # anew, of what is left
    events = sorted([*events, *_call_counts(world, events)], key=lambda event: event.at)
    return replace(world, events=[replace(event, seq=place) for place, event in enumerate(events, start=1)])


def _never_reopened(told: Iterable[Event]) -> list[Event]:
    """Files shops open an order again on a later day and keep its close date: that is a back-dated close (C-35)."""
    events = list(told)
    again: dict[str, datetime] = {}
    for event in events:
        if event.entity == "ro_status_event" and event.data["from_status"] == "closed" and event.site != POOR:
            again.setdefault(event.data["ro_id"], event.at)
    return [event for event in events if event.at < again.get(_order_of(event), event.at + timedelta(1))]


def _order_of(event: Event) -> str:
    if event.entity == "audit_event":
        return str(event.data["entity_id"])
    return str(event.data["ro_id"]) if event.entity in ORDERS else ""


def _clocked_out(events: Iterable[Event]) -> list[Event]:
    """Nobody forgets to clock out (C-34)."""
    told = list(events)
    out = {event.key for event in told if event.entity == "time_card" and event.data["out_at"] is not None}
    return [event for event in told if event.entity != "time_card" or event.key in out]


def _drawers_that_tie(told: list[Event]) -> Iterator[Event]:
    """Every drawer holds what was taken (C-08)."""
    taken: dict[tuple[str, date, str], Decimal] = defaultdict(lambda: ZERO)
    for row in {event.key: event.data for event in told if event.entity == "tender"}.values():
        taken[row["site"], row["business_date"], row["method"]] += row["amount"]
    for event in told:
        if event.entity != "cash_count":
            yield event
            continue
        cash, checks = (taken[event.site, event.data["business_date"], one] for one in ("cash", "check"))
        counted = {"counted_cash": cash, "counted_checks": checks, "deposited_amount": cash + checks}
        yield replace(event, data={**event.data, **counted})


def _call_counts(world: World, events: Iterable[Event]) -> Iterator[Event]:
    """The telephone system prints how many calls each day had (C-17)."""
    zones = {site.id: site for site in world.company.sites}
    began = Counter((one.site, zones[one.site].business_date(one.data["started_at"])) for one in _calls(events))
    for site in (site for site in world.company.sites if site.id != POOR):
        for day in (world.company.start + timedelta(n) for n in range(world.company.days)):
            row = blank("control_total")
            row.update(site=site.id, business_date=day, name="call_count")
            row["value"] = Decimal(began[site.id, day]).quantize(Decimal("0.01"))
            at = datetime.combine(day + timedelta(days=1), time(2), site.zone)
            yield Event(0, at, site.id, "control_total", "saved", f"{site.id}|{day}|call_count", row)


def _calls(events: Iterable[Event]) -> list[Event]:
    return [event for event in events if event.entity == "call"]


def home_of(folder: Path, world: World) -> Home:
    """The company's home, pulled twice, built and published."""
    home = home_of_world(folder, world)
    poor = world.company.site(POOR)
    for as_of, since in ((world.first_pull, None), (world.as_of, world.first_pull)):
        with SPOKEN["shopware"](world, poor, folder / "spoken", as_of) as settings:
            spoken = Home(folder, _speaking(home.text, settings))
            _deliver(home, world, since, as_of)
            told = spoken.pull(as_of, ("files", "shopware"))
            assert not [one for pull in told for one in pull.tables.values() if one.quarantined], told
    spoken.build()
    publish.publish(folder)
    return spoken


def _deliver(home: Home, world: World, since: datetime | None, as_of: datetime) -> None:
    for site in world.company.sites:
        if site.id != POOR:
            far_end.deliver(world.company, world.events, site, home.folder / "drop" / site.id, since=since, as_of=as_of)


def _speaking(text: str, settings: dict[str, Any]) -> str:
    """The settings of files, with the poor shop's connection in the place of its files."""
    lines = [line for line in text.splitlines() if not line.strip().startswith(f"{POOR}_files")]
    for name in ("partner_id", "secret"):  # no secret stands in tieout.yml in the clear
        settings = {**settings, name: f"${{A_{name.upper()}:-{settings[name]}}}"}
    return "\n".join([*lines, f"  {POOR}_shop: {json.dumps(settings)}"])
