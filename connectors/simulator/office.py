"""The back office of one shop: what its repair orders, payments and calls were, for those who write about them.

Belongs here: the log of one shop as an index, and entries of the systems beside the DMS. Keep out: any one system."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from connectors.simulator.days import open_days
from connectors.simulator.desk import SPAN
from connectors.simulator.events import Company, Event, blank

Row = dict[str, Any]


@dataclass
class Visit:
    """A repair order over its life. `ro` is its last state, `opened` the instant its car came in."""

    states: list[Event]
    tenders: list[Event] = field(default_factory=list)

    @property
    def ro(self) -> Row:
        return self.states[-1].data

    @property
    def opened(self) -> datetime:
        found = next((event.data["opened_at"] for event in self.states if event.data["opened_at"]), None)
        return found or self.states[0].at

    @property
    def closed(self) -> bool:
        return bool(self.ro["status"] == "closed")

    @property
    def ended(self) -> datetime:
        """When nothing more happens to it: its close, or the last that is known."""
        return self.ro["closed_at"] or self.states[-1].at

    @property
    def technicians(self) -> list[str]:
        found = [job["technician_id"] for job in self.ro["jobs"] if job["decision"] == "sold"]
        return list(dict.fromkeys(one for one in found if one))


class Office:
    """One shop, and one system's dice. What would happen after the end of the log has not happened."""

    def __init__(self, company: Company, index: int, events: Iterable[Event]) -> None:
        self.company, self.site, self.base = company, company.sites[index], (index + 1) * SPAN
        self.end = datetime.combine(company.end + timedelta(days=1), time(12), UTC)
        self.rng = Random()
        self.made: list[Event] = []
        self.counters: dict[str, int] = {}
        self.customers: dict[str, Event] = {}
        self.calls: list[Row] = []
        self.staff: dict[str, list[Row]] = defaultdict(list)
        self.all_visits: dict[str, Visit] = {}
        self.tenders: dict[str, Event] = {}
        self._index(events)
        self.days: list[date] = open_days(company.start, company.days)

    def _index(self, events: Iterable[Event]) -> None:
        for event in events:
            if event.site != self.site.id:
                continue
            match event.entity:
                case "repair_order" if event.action == "saved":
                    self.all_visits.setdefault(event.key, Visit([])).states.append(event)
                case "repair_order":
                    self.all_visits.pop(event.key, None)
                case "tender" if event.action == "saved":
                    self.tenders[event.key] = event
                case "tender":
                    self.tenders.pop(event.key, None)
                case "customer":
                    self.customers.setdefault(event.key, event)
                case "employee":
                    self.staff[event.data["role"]].append(event.data)
                case "call":
                    self.calls.append(event.data)
        for event in self.tenders.values():
            if event.data["ro_id"] in self.all_visits:
                self.all_visits[event.data["ro_id"]].tenders.append(event)

    def system(self, name: str) -> None:
        """Another system begins to write: its dice are its own."""
        self.rng = Random(f"{self.company.seed}:{self.site.id}:{name}")

    def save(self, at: datetime, entity: str, key: str, /, **columns: Any) -> Row:
        row = blank(entity)
        assert row.keys() >= columns.keys(), (entity, columns.keys() - row.keys())
        row.update(columns)
        if at <= self.end:
            self.made.append(Event(0, at, self.site.id, entity, "saved", key, row))
        return row

    def next_id(self, name: str) -> str:
        self.counters[name] = self.counters.get(name, 0) + 1
        return str(self.base + self.counters[name])

    def visits(self) -> Iterator[Visit]:
        """Cars that really came in: no estimates, no refunds, none that was given up."""
        for visit in self.all_visits.values():
            if visit.ro["status"] in ("open", "on_hold", "finished", "closed") and not visit.ro["refund_of_ro_id"]:
                yield visit

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def advisor(self) -> str:
        return str(self.rng.choice(self.staff["advisor"])["employee_id"])

    def after(self, at: datetime, low: float, high: float) -> datetime:
        """Some minutes later, to the second."""
        return at + timedelta(seconds=int(self.rng.uniform(low, high) * 60))
