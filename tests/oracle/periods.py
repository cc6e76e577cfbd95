"""Periods of reports (REPORTS 0.2): days, months, any range; which rows a period report has.

Keep out: what a row says."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from oracle.facts import World
from oracle.figures import ALL

T = TypeVar("T")
Key = tuple[Any, ...]  # (site or ALL, *row keys, grain, first day of the period)
Rows = dict[Key, dict[str, Any]]
Item = tuple[str, date, tuple[Any, ...], T]  # site, business day, row keys, what is counted


@dataclass(frozen=True, order=True)
class Period:
    grain: str  # day, week, month, quarter, year, custom
    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def key(self) -> tuple[str, date]:
        """A month begins on a day that is a period too, so a key says the grain beside the first day."""
        return self.grain, self.first

    def months(self) -> list[date]:
        """Every day of the whole months that the period touches."""
        first, last = month_of(self.first).first, month_of(self.last).last
        return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def day_of(day: date) -> Period:
    return Period("day", day, day)


def month_of(day: date) -> Period:
    return Period("month", day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))


def days_of(world: World) -> list[date]:
    """Every business day that the calendar of some site has."""
    return sorted({day for site in world.shops for day in world.days(site)})


def day_and_month(world: World) -> list[Period]:
    """The periods that are stored: each day of the calendar, and each month of these days."""
    days = days_of(world)
    return [day_of(day) for day in days] + sorted({month_of(day) for day in days})


def chosen(world: World, sites: Collection[str] | None) -> list[str]:
    return [site for site in world.shops if sites is None or site in sites]


def grouped(
    world: World, periods: Sequence[Period], sites: Collection[str] | None, width: int, items: Iterable[Item[T]]
) -> dict[Key, list[T]]:
    """What each row counts: a row per site and period (its keys NULL when the report has `width` keys besides the
    site), one for all shops, and one per combination of keys where something happened. Days outside of the calendar
    count nowhere."""
    calendar = {site: set(world.days(site)) for site in chosen(world, sites)}
    found: dict[Key, list[T]] = defaultdict(list)
    blank = (None,) * width
    for period in periods:
        for site, days in calendar.items():
            if any(day in period for day in days):
                found[site, *blank, *period.key] = []
                found[ALL, *blank, *period.key] = []
    index = _by_day(periods, {day for days in calendar.values() for day in days})
    for site, day, keys, thing in items:
        if day not in calendar.get(site, ()):
            continue
        for period in index[day]:
            for place in {(site, *keys), (site, *blank), (ALL, *blank)}:
                found[*place, *period.key].append(thing)
    return dict(found)


def _by_day(periods: Sequence[Period], days: Iterable[date]) -> dict[date, list[Period]]:
    return {day: [period for period in periods if day in period] for day in days}
