"""When a shop is open, by its clock, its hours and its holidays in tieout.yml.

Keep out: the calendar of the warehouse (settings_tables.py writes it, dim_site_day is it)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from orchestration.settings import WEEKDAYS, Site
from orchestration.settings_tables import public_holidays

DAY = timedelta(days=1)


def is_open(site: Site, now: datetime) -> bool:
    """Whether somebody is there. A shop that names no hours is always open."""
    local = now.astimezone(ZoneInfo(site.timezone))
    hours = site.hours.get(WEEKDAYS[local.weekday()])
    return not site.hours or (
        hours is not None and works_on(site, local.date()) and hours[0] <= local.time() < hours[1]
    )


def works_on(site: Site, day: date) -> bool:
    """Whether it opens at all on that day."""
    return not site.hours or (WEEKDAYS[day.weekday()] in site.hours and day not in _holidays(site.holidays, day.year))


def silence(site: Site, heard: datetime, now: datetime) -> timedelta:
    """How long it is since `heard`, whole days on which the shop is shut not counted."""
    zone = ZoneInfo(site.timezone)
    first, last = heard.astimezone(zone).date(), now.astimezone(zone).date()
    shut = sum(not works_on(site, first + DAY * number) for number in range(1, (last - first).days))
    return now - heard - DAY * shut


@cache
def _holidays(calendar: str, year: int) -> frozenset[date]:
    return frozenset(public_holidays(calendar, range(year, year + 1)))
