"""The log under edit: one dossier per repair order, and the changes that planting makes to the log.

Belongs here: finding a fitting repair order, replacing, removing, adding events. Keep out: any one cause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from connectors.simulator.days import instant, open_days
from connectors.simulator.desk import SPAN
from connectors.simulator.events import Company, Event, Site, blank
from connectors.simulator.marks import cut_day

Row = dict[str, Any]
KEYS = {"repair_order": "ro_id", "tender": "tender_id", "ro_status_event": "event_id"}


@dataclass
class Dossier:
    """Everything that the log says of one repair order."""

    ro_id: str
    orders: list[Event] = field(default_factory=list)
    tenders: list[Event] = field(default_factory=list)
    statuses: list[Event] = field(default_factory=list)

    @property
    def close(self) -> Event:
        return self.orders[-1]

    @property
    def ro(self) -> Row:
        return self.orders[-1].data

    @property
    def total(self) -> Decimal:
        return self.ro["header_total"]

    @property
    def day(self) -> date:
        return self.ro["closed_date"]

    @property
    def tender(self) -> Event:
        return self.tenders[0]

    @property
    def method(self) -> str:
        return self.tender.data["method"]

    def closed_once(self) -> bool:
        states = [event.data["status"] for event in self.orders]
        return states[-1] == "closed" and states.count("closed") == 1 and not self.ro["refund_of_ro_id"]

    def simple(self) -> bool:
        """Closed once, untouched since, paid in money by one payment, by nobody else, no card fee."""
        if not self.closed_once() or len(self.tenders) != 1 or self.total <= 40 or self.ro["header_upcharge"]:
            return False
        paid = self.tender.data
        whole = paid["amount"] == self.total and paid["business_date"] == self.day
        money = paid["kind"] in ("final", None) and paid["method"] != "store_credit"
        return whole and money and self.ro["pay_types"] == "customer"

    def charged(self) -> bool:
        """Closed once, charged to an account in full, and not paid yet."""
        return self.closed_once() and len(self.tenders) == 1 and self.tender.data["method_name"] == "Charge"


class NoCandidateError(Exception):
    """The company is too small: no repair order fits."""


class Plan:
    """The events and what is to become of them. Nothing is changed in place."""

    def __init__(self, company: Company, events: list[Event], rng: Random) -> None:
        self.company, self.rng = company, rng
        self.events = [replace(event, seq=number) for number, event in enumerate(events)]
        self.swapped: dict[int, Event | None] = {}
        self.added: list[Event] = []
        self.hidden: list[Event] = []  # the source has it, its extract lost it
        self.doubled: set[int] = set()  # ids of events that the extract has and the source has not
        self.used: set[str] = set()
        self.cut = cut_day(company)
        self.open = open_days(company.start, company.days)
        self.by_site: dict[str, list[Dossier]] = {site.id: [] for site in company.sites}
        self._ids = {
            site.id: (number + 1) * SPAN + SPAN * 9 // 10 for number, site in enumerate(company.sites)
        }
        self._index()

    def _index(self) -> None:
        files: dict[str, Dossier] = {}
        into = {"repair_order": "orders", "tender": "tenders", "ro_status_event": "statuses"}
        for event in self.events:
            ro_id = event.data.get("ro_id")
            if event.entity not in into or ro_id is None:
                continue
            if ro_id not in files:
                files[ro_id] = Dossier(ro_id)
                self.by_site[event.site].append(files[ro_id])
            getattr(files[ro_id], into[event.entity]).append(event)

    def take(self, site: Site, fits: Callable[[Dossier], bool]) -> Dossier:
        """A repair order of the shop that fits and has not been used; from now on it is used."""
        pool = [
            file
            for file in self.by_site[site.id]
            if file.ro_id not in self.used and file.orders and fits(file)
        ]
        if not pool:
            raise NoCandidateError
        chosen = self.rng.choice(pool)
        self.used.add(chosen.ro_id)
        return chosen

    def swap(self, event: Event, when: datetime | None = None, /, **changes: Any) -> Event:
        """The event says something else, or happens at another time."""
        current = self.swapped.get(event.seq, event)
        assert current is not None, "a removed event cannot be changed"
        made = replace(current, at=when or current.at, data={**current.data, **changes})
        self.swapped[event.seq] = made
        return made

    def remove(self, event: Event) -> None:
        self.swapped[event.seq] = None

    def add(
        self, at: datetime, site: Site, entity: str, data: Row, *, action: str = "saved", note: str = ""
    ) -> int:
        """One more event; its number in the plan."""
        number = len(self.events) + len(self.added)
        self.added.append(Event(number, at, site.id, entity, action, data[KEYS[entity]], data, note))
        return number

    def new_id(self, site: Site) -> str:
        self._ids[site.id] += 1
        return str(self._ids[site.id])

    def status(self, site: Site, ro: Row, at: datetime, before: str, after: str) -> None:
        row = blank("ro_status_event")
        row.update(ro_id=ro["ro_id"], event_id=self.new_id(site), from_status=before, to_status=after, at=at)
        row["by_id"] = ro["advisor_id"]
        self.add(at, site, "ro_status_event", row)

    def order(self, site: Site, ro: Row, at: datetime, **changes: Any) -> Row:
        """One more state of the repair order, with its status event."""
        row = {**ro, **changes, "updated_at": at}
        self.add(at, site, "repair_order", row)
        if row["status"] != ro["status"]:
            self.status(site, row, at, ro["status"], row["status"])
        return row

    def after_cut(self, site: Site) -> datetime:
        """An hour of business after the first pull."""
        days = [day for day in self.open if day > self.cut]
        return self.at_work(site, self.rng.choice(days))

    def at_work(self, site: Site, day: date) -> datetime:
        return instant(site, day, self.rng.randrange(9 * 60, 13 * 60), self.rng.randrange(60))

    def later(self, day: date, most: int) -> date | None:
        """An open day after this one, at most so many open days later."""
        days = [one for one in self.open if one > day][:most]
        return self.rng.choice(days) if days else None

    def current(self) -> list[Event]:
        """The log as edited, in time order."""
        kept = (self.swapped.get(event.seq, event) for event in self.events + self.added)
        return sorted((event for event in kept if event is not None), key=lambda event: event.at)

    def source(self) -> list[Event]:
        """What the source itself holds: with what its extract lost, without what it doubled."""
        return [event for event in self.current() if event.seq not in self.doubled] + self.hidden


def minutes(count: float) -> timedelta:
    return timedelta(seconds=int(count * 60))
