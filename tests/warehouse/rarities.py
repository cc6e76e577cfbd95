"""A made-up company in which also happens what is rare: nobody's orders, walk-ins, cars of one owner again and again,
holidays, callers who are called back, voids that are emptied, labor of unknown cost, a shop without half of its systems.

Keep out: what breaks a day (the simulator plants that), gaps of half an export (gaps.py), systems beside the shop's own
(rarities_beside.py)."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from warehouse.rarities_beside import beside, one_in

from connectors.simulator.company import World
from connectors.simulator.events import Event

Data = dict[str, Any]
POOR = "atl"  # has its shop system and its telephone, and nothing else
RICH = ("repair_order", "ro_status_event", "customer", "vehicle", "employee", "tender", "site_hours", "phone_number",
        "call", "extension", "control_total", "opening_balance", "inspection", "ar_entry", "campaign", "link")  # fmt: skip
MAKES = {0: "CHEVY", 1: "vw", 2: None}
NIGHT = timedelta(hours=15)
HALVED = ("gross_amount", "discount_amount", "net_amount", "cost_amount", "hours_billed", "hours_actual")


def with_rarities(world: World) -> World:
    """The same company, told with them. Shops tell of their own rows alone."""
    told = [event for event in world.events if event.site != POOR or event.entity in RICH]
    told = [event for event in told if event.entity != "ro_participant" or not one_in(event.data["ro_id"], 7, "alone")]
    at_home = _at_home(told)
    cards = {event.key for event in told if event.entity == "customer"}
    own = {event.site: event.key for event in told if event.entity == "phone_number"}
    changed = list(beside(_changed(event, at_home, cards, own) for event in told))
    return replace(world, events=sorted([*_called_back(changed), *_holidays(world, changed)], key=lambda one: one.at))


def _at_home(told: list[Event]) -> dict[str, list[str]]:
    """Customers of each shop who are told of once: who comes to two shops is corrected at the second."""
    times = Counter((event.site, event.key) for event in told if event.entity == "customer")
    found: dict[str, list[str]] = {}
    for site, key in sorted(one for one, count in times.items() if count == 1):
        found.setdefault(site, []).append(key)
    return found


def _changed(event: Event, at_home: dict[str, list[str]], cards: set[str], own: dict[str, str]) -> Event:
    if event.entity == "repair_order":
        return replace(event, data={**event.data, **_order(event, at_home[event.site], cards)})
    if event.entity == "customer" and event.key in at_home[event.site][:3]:
        place = at_home[event.site].index(event.key)
        return replace(event, data={**event.data, **_customer(event), "email": f"regular{place}@example.com"})
    if event.entity == "customer" and one_in(event.key, 15, "own"):  # who has none gets the shop's own number
        return replace(event, data={**event.data, **_customer(event), "phones": own[event.site]})
    change = CHANGES.get(event.entity)
    return replace(event, data={**event.data, **change(event)}) if change else event


def _order(event: Event, at_home: list[str], cards: set[str]) -> Data:
    """Nobody's, or of a car that has been there before; without advisor, pay types, technicians or categories."""
    data, key = event.data, event.key
    changes: Data = {"lines": [half for line in data["lines"] or [] for half in _halves(_line(line, key))]}
    if data["status"] == "void" and one_in(key, 2, "emptied"):
        nothing = dict.fromkeys((name for name in data if name.startswith("header_")), Decimal("0.00"))
        changes |= {**nothing, "lines": [], "taxes": []}
    if one_in(key, 29, "unopened"):
        changes["opened_at"] = None
    if one_in(key, 6, "undecided"):
        undecided = {"decision": "open", "decided_at": None, "declined_reason": None, "deferred_until": None}
        changes["jobs"] = [{**job, **(undecided if job["decision"] != "sold" else {})} for job in data["jobs"] or []]
    if one_in(key, 19, "nobody"):
        changes |= {"customer_id": None, "vehicle_id": None}
    elif data["customer_id"] not in cards or (data["customer_id"] in at_home and one_in(key, 2, "regular")):
        regular = at_home[int(key) % 7]  # a car has the number of its owner; the first three go to every shop
        changes |= {"customer_id": regular, "vehicle_id": regular}
    if one_in(key, 17, "advisor"):
        changes["advisor_id"] = None
    if one_in(key, 23, "pay"):
        changes["pay_types"] = None
    return changes


def _line(line: Data, order: str) -> Data:
    changes: Data = {}
    if line["line_type"] == "part":
        changes["supplier_id"] = [None, "2", "3", line["supplier_id"]][zlib.crc32(line["line_id"].encode()) % 4]
    if line["line_type"] == "labor" and one_in(order, 13, "technician"):
        changes["technician_ids"] = None
    if one_in(line["line_id"], 11, "category"):
        changes["category"] = None
    elif line["job_id"] and line["line_type"] in ("part", "labor") and one_in(order, 12, "inspected"):
        changes["category"] = "INSPECTION"  # every job of the order
    elif line["job_id"] and line["line_type"] in ("part", "labor") and one_in(order, 14, "oil"):
        changes["category"] = "LOF"
    if line["line_type"] == "other" and one_in(order, 2, "taxable"):
        changes["taxable"] = True
    if (line["line_type"] == "labor" and one_in(order, 9, "cost")) or one_in(line["line_id"], 13, "cost"):
        changes["cost_amount"] = None
    return {**line, **changes}


def _halves(line: Data) -> Iterator[Data]:
    """Every eighth line of labor is written as two of the same people."""
    if line["line_type"] != "labor" or not one_in(line["line_id"], 8, "half"):
        yield line
        return
    names = [name for name in HALVED if line[name] is not None]
    half = {name: (line[name] / 2).quantize(Decimal("0.01")) for name in names}
    half["net_amount"] = half["gross_amount"] - half["discount_amount"]
    yield {**line, **half}
    yield {**line, "line_id": f"{line['line_id']}0", **{name: line[name] - half[name] for name in names}}


def _customer(event: Event) -> Data:
    """Walk-ins, those that shops try things out on, other postal codes, cards that are older than the shop's history."""
    changes: Data = {}
    if one_in(event.key, 9, "walk"):
        changes["type"] = "walk_in"
    if one_in(event.key, 13, "test"):
        changes["is_internal_test"] = True
    if one_in(event.key, 3, "postal"):
        changes["postal_code"] = (
            f"{int(event.data['postal_code'] or 60600) + 1:05d}" if event.data["postal_code"] else None
        )
    if one_in(event.key, 17, "nowhere"):
        changes["postal_code"] = None
    if event.data["phones"] and one_in(event.key, 6, "second"):
        changes["phones"] = f"{event.data['phones']};+1555{event.key}"
    if event.data["created_at"] and one_in(event.key, 6, "old"):
        changes["created_at"] = event.data["created_at"] - timedelta(days=400)
    return changes


def _vehicle(event: Event) -> Data:
    return {"make": MAKES[int(event.key[-1]) % 3]} if one_in(event.key, 5, "make") else {}


def _employee(event: Event) -> Data:
    return {"active": False} if one_in(event.key, 4, "gone") else {}


def _site_hours(event: Event) -> Data:
    """On Mondays not on the hour."""
    return {"opens": "08:15", "closes": "17:45"} if event.data["weekday"] == "mon" else {}


CHANGES: dict[str, Callable[[Event], Data]] = {
    "customer": _customer, "vehicle": _vehicle, "employee": _employee, "site_hours": _site_hours,
}  # fmt: skip


def _called_back(told: list[Event]) -> Iterator[Event]:
    """Every second outbound call goes to whom the shop missed last."""
    missed: dict[str, tuple[datetime, str]] = {}
    for event in told:
        data = event.data
        if event.entity == "call" and event.action == "saved":
            caller = data["from_number"]
            if data["direction"] == "in" and data["status"] in ("missed", "voicemail", "abandoned") and caller:
                missed[event.site] = (data["started_at"], caller)
            at, number = missed.get(event.site, (None, None))
            soon = at is not None and timedelta(0) < data["started_at"] - at < NIGHT
            if data["direction"] == "out" and soon and one_in(event.key, 2, "back"):
                yield replace(event, data={**data, "to_number": number})
                continue
        yield event


def _holidays(world: World, told: list[Event]) -> Iterator[Event]:
    """Each shop is closed on one day on which it works as ever: sales of a closed day, and calls that were routed as if
    it were open."""
    for place, site in enumerate(world.company.sites):
        pattern = next(one for one in told if one.entity == "site_hours" and one.site == site.id)
        day = _workday(world.company.start + timedelta(days=9 + place))
        own = {"weekday": None, "date": day, "opens": None, "closes": None, "is_holiday": True, "workday_weight": None}
        yield replace(pattern, key=f"{site.id}|{day}", data={**pattern.data, **own})


def _workday(day: date) -> date:
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day
