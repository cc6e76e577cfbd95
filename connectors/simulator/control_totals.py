"""What a shop's own system prints at the end of a day: payments by method, closed orders.

Belongs here: the source's count of itself, per night. Keep out: what an extract lost or doubled (causes)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from connectors.simulator.events import Company, Event, blank
from connectors.simulator.pricing import ZERO

Row = dict[str, Any]
Term = tuple[date, str, Decimal]
LINES = {
    "card": "cards",
    "financing": "cards",
    "ach": "cards",
    "other": "cards",
    "cash": "cash",
    "check": "check_amt",
}
ONE = Decimal("1.00")


def add_control_totals(company: Company, events: list[Event], source: Iterable[Event]) -> list[Event]:
    """The events, with a printed total each night where it changed; `source` is what the system holds."""
    made: list[Event] = []
    for site in company.sites:
        if site.dms == "files":
            own = [event for event in source if event.site == site.id and event.entity in TERMS]
            made += _printed(site.id, own)
    return sorted(events + made, key=lambda event: event.at)


def _printed(site: str, events: list[Event]) -> Iterator[Event]:
    totals: dict[tuple[date, str], Decimal] = defaultdict(lambda: ZERO)
    counted: dict[tuple[str, str], list[Term]] = {}
    dirty: dict[tuple[date, str], None] = {}
    night: datetime | None = None
    for event in sorted(events, key=lambda one: one.at):
        while night is not None and event.at > night:
            yield from _print(site, night, totals, dirty)
            night = _night(event.at)
        night = night or _night(event.at)
        terms = TERMS[event.entity](site, event.data) if event.action == "saved" else []
        old = counted.get((event.entity, event.key), [])
        for sign, part in ((-1, old), (1, terms)):
            for day, name, value in part:
                totals[day, name] += sign * value
                dirty[day, name] = None
        counted[event.entity, event.key] = terms
    if night is not None:
        yield from _print(site, night, totals, dirty)


def _night(at: datetime) -> datetime:
    """Eleven o'clock UTC: every shop of the roster is asleep."""
    eleven = at.replace(hour=11, minute=0, second=0, microsecond=0)
    return eleven if at <= eleven else eleven + timedelta(days=1)


def _print(site: str, night: datetime, totals: dict[tuple[date, str], Decimal],
           dirty: dict[tuple[date, str], None]) -> Iterator[Event]:  # fmt: skip
    for day, name in sorted(dirty):
        row = blank("control_total")
        row.update(site=site, business_date=day, name=name, value=totals[day, name])
        yield Event(0, night, site, "control_total", "saved", f"{site}|{day}|{name}", row)
    dirty.clear()


def _of_tender(site: str, row: Row) -> list[Term]:
    money = (
        row["kind"] != "ar_charge" and row["method"] in LINES and not row["is_void"] and row["site"] == site
    )
    return [(row["business_date"], LINES[row["method"]], row["amount"])] if money else []


def _of_order(_: str, row: Row) -> list[Term]:
    return [(row["closed_date"], "ro_count", ONE)] if row["status"] == "closed" else []


TERMS: dict[str, Callable[[str, Row], list[Term]]] = {"tender": _of_tender, "repair_order": _of_order}
