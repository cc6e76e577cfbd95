"""The front desk of one shop while the engine runs: its dice, its counters, its people, the events so far.

Belongs here: state that the stories of one shop share. Keep out: what the stories are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import Any

from connectors.simulator import people
from connectors.simulator.days import instant, open_days
from connectors.simulator.events import Company, Event, Site

Row = dict[str, Any]
SPAN = 1_000_000  # every id is a number, unique in the company: shop number x SPAN + a counter


@dataclass
class Desk:
    company: Company
    site: Site
    rng: Random
    base: int
    days: list[date]
    events: list[Event] = field(default_factory=list)
    counters: dict[str, int] = field(default_factory=dict)
    staff: dict[str, list[Row]] = field(default_factory=dict)
    retail: list[tuple[Row, Row]] = field(default_factory=list)  # customer, vehicle
    fleet: list[tuple[Row, Row]] = field(default_factory=list)
    closed: list[tuple[Row, list[Row]]] = field(default_factory=list)  # repair order, its tenders

    def emit(self, at: datetime, entity: str, key: str, data: Row, action: str = "saved") -> None:
        self.events.append(Event(0, at, self.site.id, entity, action, key, data))

    def next_id(self, name: str) -> int:
        self.counters[name] = self.counters.get(name, 0) + 1
        return self.base + self.counters[name]

    def later_day(self, day: date, steps: int) -> date | None:
        """The open day so many open days later, or None after the end of the log."""
        position = self.days.index(day) + steps
        return self.days[position] if position < len(self.days) else None

    def advisor(self) -> Row:
        return self.rng.choice(self.staff["advisor"])

    def visitor(self, at: datetime) -> tuple[Row, Row]:
        """Who comes in: a known customer mostly, a fleet now and then, else somebody new."""
        dice = self.rng.random()
        if dice < 0.12:
            return self.rng.choice(self.fleet)
        if dice < 0.75:
            return self.rng.choice(self.retail)
        self.retail.append(self.register(at))
        return self.retail[-1]

    def register(self, at: datetime, fleet: int | None = None) -> tuple[Row, Row]:
        customer = people.customer(self.site, self.next_id("customer"), at, self.rng, fleet)
        vehicle = people.vehicle(self.next_id("vehicle"), customer["customer_id"], at, self.rng)
        self.emit(at, "customer", customer["customer_id"], customer)
        self.emit(at, "vehicle", vehicle["vehicle_id"], vehicle)
        return customer, vehicle


def open_desk(company: Company, index: int) -> Desk:
    """The desk on the morning of the first day: staff hired, known customers on file."""
    site = company.sites[index]
    rng = Random(f"{company.seed}:{site.id}:desk")
    desk = Desk(company, site, rng, (index + 1) * SPAN, open_days(company.start, company.days))
    morning = instant(site, company.start, 6 * 60)
    for row in people.employees(site, desk.base, morning, rng):
        desk.staff.setdefault(row["role"], []).append(row)
        desk.emit(morning, "employee", row["employee_id"], row)
    desk.fleet = [desk.register(morning, fleet) for fleet in range(8)]
    desk.retail = [desk.register(morning) for _ in range(120)]
    return desk
