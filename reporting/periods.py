"""Which business days a report is about: dates, or a period by name, which each shop's own clock begins and ends.

Keep out: computing a report (on_read.py)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from reporting.close import ReportError

NAMES = (
    "today", "yesterday", "this_week", "last_week", "this_month", "last_month", "this_quarter", "last_quarter",
    "this_year", "last_year", "last_N_days",
)  # fmt: skip
_DAYS = re.compile(r"last_([1-9][0-9]{0,3})_days")
ONE = timedelta(days=1)
Span = tuple[date, date]


@dataclass(frozen=True)
class Clock:
    """When a shop's business day begins: minutes after midnight of its zone."""

    zone: str
    cutoff_minutes: int

    def today(self, now: datetime) -> date:
        """The business day that it is there at `now` (an aware instant)."""
        return (
            now.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None) - timedelta(minutes=self.cutoff_minutes)
        ).date()


def spans(clocks: Mapping[int, Clock], period: str, now: datetime, week_starts_on: int) -> dict[int, Span]:
    """First and last day of a named period for each site; `week_starts_on`: 0 is Monday. Raises ReportError."""
    named = _named(period)
    return {site: named(clock.today(now), week_starts_on) for site, clock in clocks.items()}


def _named(period: str) -> Callable[[date, int], Span]:
    if days := _DAYS.fullmatch(period):
        return lambda today, _: (today - timedelta(days=int(days[1]) - 1), today)
    if period == "today":
        return lambda today, _: (today, today)
    if period == "yesterday":
        return lambda today, _: (today - ONE, today - ONE)
    which, _, grain = period.partition("_")
    if which in ("this", "last") and grain in ("week", "month", "quarter", "year"):
        return lambda today, week_starts_on: _span(today, grain, week_starts_on, previous=which == "last")
    raise ReportError(f"--period: no period '{period}'; there are: {', '.join(NAMES)}")


def _span(today: date, grain: str, week_starts_on: int, previous: bool) -> Span:
    first = _first(today, grain, week_starts_on)
    if previous:
        first = _first(first - ONE, grain, week_starts_on)
    return first, _first(first + timedelta(days=_LONGEST[grain]), grain, week_starts_on) - ONE


_LONGEST = {"week": 7, "month": 31, "quarter": 92, "year": 366}  # from a first day, always into the next period


def _first(day: date, grain: str, week_starts_on: int) -> date:
    if grain == "week":
        return day - timedelta(days=(day.weekday() - week_starts_on) % 7)
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[grain]
    return day.replace(month=month, day=1)
