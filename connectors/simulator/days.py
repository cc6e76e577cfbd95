"""The calendar of a shop: open days, hours, holidays, and the instant of a local wall-clock time.

Belongs here: dates and times. Keep out: what happens on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from connectors.simulator.events import Site, blank

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OPENS, CLOSES, SATURDAY_CLOSES = 8 * 60, 18 * 60, 14 * 60  # minutes after midnight


def is_holiday(day: date) -> bool:
    """The six days on which US repair shops are closed."""
    fixed = (day.month, day.day) in {(1, 1), (7, 4), (12, 25)}
    memorial = day.month == 5 and day.weekday() == 0 and day.day > 24
    labor = day.month == 9 and day.weekday() == 0 and day.day < 8
    thanksgiving = day.month == 11 and day.weekday() == 3 and 22 <= day.day <= 28
    return fixed or memorial or labor or thanksgiving


def is_open(day: date) -> bool:
    return day.weekday() != 6 and not is_holiday(day)


def closes(day: date) -> int:
    return SATURDAY_CLOSES if day.weekday() == 5 else CLOSES


def open_days(start: date, days: int) -> list[date]:
    return [day for day in (start + timedelta(n) for n in range(days)) if is_open(day)]


def instant(site: Site, day: date, minutes: int, seconds: int = 0) -> datetime:
    """The UTC instant of a wall-clock time at the shop."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=site.zone)
    return (midnight + timedelta(minutes=minutes, seconds=seconds)).astimezone(UTC)


def hours(site: Site, start: date, days: int) -> list[tuple[str, dict[str, Any]]]:
    """Key and row of every weekday and of every holiday in the range."""
    rows = [_row(site, weekday, None) for weekday in WEEKDAYS]
    for day in (start + timedelta(n) for n in range(days)):
        if is_holiday(day):
            rows.append(_row(site, WEEKDAYS[day.weekday()], day))
    return rows


def _row(site: Site, weekday: str, day: date | None) -> tuple[str, dict[str, Any]]:
    shut = weekday == "sun" or day is not None
    row = blank("site_hours")
    row.update(site=site.id, weekday=weekday, date=day, is_holiday=day is not None)
    if not shut:
        row.update(opens="08:00", closes="14:00" if weekday == "sat" else "18:00")
    row["workday_weight"] = Decimal("0.0") if shut else Decimal("0.5" if weekday == "sat" else "1.0")
    return f"{site.id}|{day or weekday}", row
