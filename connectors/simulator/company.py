"""Makes a whole company from a seed: its shops, their days, the breaks and decoys in them.

Belongs here: the order of making, and World. Keep out: stories, causes, protocols."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random

from connectors.simulator import calls, stories
from connectors.simulator.beside import add_beside
from connectors.simulator.breaks import plant
from connectors.simulator.control_totals import add_control_totals
from connectors.simulator.days import CLOSES, closes, hours, instant
from connectors.simulator.desk import open_desk
from connectors.simulator.events import Company, Event, plain, write_events
from connectors.simulator.marks import Break, Decoy, cut_day
from connectors.simulator.sites import make_sites


@dataclass(frozen=True)
class World:
    """A made-up company: what its sources hold (`events`), and, kept apart, what was planted."""

    company: Company
    events: list[Event]
    breaks: list[Break]
    decoys: list[Decoy]

    @property
    def as_of(self) -> datetime:
        """The morning after the last day (noon UTC: every shop has closed that day)."""
        return noon(self.company.end + timedelta(days=1))

    @property
    def first_pull(self) -> datetime:
        """An earlier morning. Pull once as of then and once as of `as_of`, and no break lacks its history."""
        return noon(cut_day(self.company) + timedelta(days=1))

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.company.save(folder / "company.json")
        write_events(self.events, folder / "events.jsonl")
        for name, rows in (("breaks", self.breaks), ("decoys", self.decoys)):
            text = "".join(plain(asdict(row)) + "\n" for row in rows)
            (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")


def make_company(
    seed: int,
    shops: int = 4,
    days: int = 45,
    end: date = date(2026, 3, 15),
    *,
    ros_per_day: int = 25,
    calls_per_day: int = 80,
    breaks: int = 1,
    beside: bool = False,
) -> World:
    """Same arguments, same bytes. `breaks`: how many of a kind each shop gets that can show it.

    `beside`: with all that other systems hold too (messages, tasks, appointments, campaigns, payouts...)."""
    company = Company(seed, end - timedelta(days=days - 1), days, make_sites(shops))
    events = sorted(_normal(company, ros_per_day, calls_per_day), key=lambda event: event.at)
    planted = plant(company, events, breaks, seed, processor=beside)
    numbered = add_control_totals(company, planted.events, planted.source)
    if beside:
        numbered = add_beside(company, numbered)
    numbered = [replace(event, seq=number) for number, event in enumerate(numbered, start=1)]
    return World(company, numbered, planted.breaks, planted.decoys)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _normal(company: Company, ros_per_day: int, calls_per_day: int) -> Iterable[Event]:
    for index, site in enumerate(company.sites):
        desk = open_desk(company, index)
        morning = instant(site, company.start, 6 * 60)
        for key, row in hours(site, company.start, company.days):
            desk.emit(morning, "site_hours", key, row)
        for day in desk.days:
            busy = ros_per_day if closes(day) == CLOSES else max(1, ros_per_day * 3 // 5)
            stories.run_day(desk, day, desk.rng.randrange(busy * 85 // 100, busy * 115 // 100 + 1))
        rng = Random(f"{company.seed}:{site.id}:calls")
        calls.register_numbers(desk, morning)
        for day in (company.start + timedelta(n) for n in range(company.days)):
            calls.call_day(desk, day, calls_per_day, rng)
        yield from desk.events
