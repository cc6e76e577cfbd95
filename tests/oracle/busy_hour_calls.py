"""Busy Hour Calls (REPORTS 3A.8): calls by weekday and hour of the shop's wall clock."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from oracle.feeds import fed
from oracle.figures import div
from oracle.periods import Item, Key, Period, Rows, grouped
from oracle.phone import Call, calls, seconds, valid
from oracle.told import WEEKDAYS, Told

EVERY = None  # weekday of the rows over all weekdays
HOURS = range(24)


@dataclass(frozen=True)
class Slot:
    """An hour of a day of a site, and the calls that began in it."""

    site: str
    open_hour: bool
    open_day: bool
    calls: tuple[Call, ...]
    staffed: frozenset[str] | None  # extensions; None without a time clock


def busy_hour_calls(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    found = grouped(told.world, periods, sites, 2, _slots(told))
    rows = {key: _row(slots, whole=key[2] is None) for key, slots in found.items()}
    return {key: row | {"peak_rank": _rank(key, rows)} for key, row in rows.items()}


def _slots(told: Told) -> Iterator[Item[Slot]]:
    staffed = staff(told)
    clocked = fed(told, "timeclock")
    begun: dict[tuple[str, date, int], list[Call]] = {}
    for call in calls(told, "in", "out"):
        hour = told.world.shops[call.site].local_hour(call.start)
        begun.setdefault((call.site, call.day, hour), []).append(call)
    for site in told.world.shops:
        for day in told.world.days(site):
            for hour in HOURS:
                people = staffed.get((site, day, hour), frozenset()) if site in clocked else None
                slot = Slot(site, _is_open(told, site, day, hour), told.hours(site, day).is_open,
                            tuple(begun.get((site, day, hour), ())), people)  # fmt: skip
                for weekday in (WEEKDAYS[day.weekday()], EVERY):
                    yield site, day, (weekday, hour), slot


def _is_open(told: Told, site: str, day: date, hour: int) -> bool:
    """Reading of "open in that hour": some minute of it is within the hours of the day."""
    hours = told.hours(site, day)
    if hours.opens is None or hours.closes is None:
        return False
    return bool(hours.opens.hour <= hour and hour * 60 < hours.closes.hour * 60 + hours.closes.minute)


def staff(told: Told) -> dict[tuple[str, date, int], frozenset[str]]:
    """Extensions by the hours in which their person was clocked in."""
    found: dict[tuple[str, date, int], set[str]] = {}
    for site, card in told.rows("time_card"):
        if card["in_at"] and card["out_at"]:
            for day, hour in _hours_between(told, site, card["in_at"], card["out_at"]):
                held = found.setdefault((site, day, hour), set())
                held |= _extensions(told, site, card["employee_id"], day)
    return {key: frozenset(held) for key, held in found.items()}


def _hours_between(told: Told, site: str, since: datetime, until: datetime) -> Iterator[tuple[date, int]]:
    zone = ZoneInfo(told.world.shops[site].timezone)
    at = since.replace(minute=0, second=0, microsecond=0)
    while at < until:
        yield told.day(site, max(at, since)), at.astimezone(zone).hour
        at += timedelta(hours=1)


def _extensions(told: Told, site: str, person: str, day: date) -> set[str]:
    rows = [row for where, row in told.rows("extension") if where == site and row["employee_id"] == person]
    return {row["extension"] for row in rows if not row["is_group"] and valid(row, day)}


def _row(slots: Sequence[Slot], whole: bool) -> dict[str, Any]:
    # Every slot of a site comes twice, under its weekday and under all of them.
    unique = list({id(slot): slot for slot in slots}.values())
    found = [call for slot in unique for call in slot.calls]
    status = [call.data["status"] for call in found]
    open_hours = sum(slot.open_hour for slot in unique)
    open_days = sum(slot.open_day for slot in unique) // len(HOURS) if whole else open_hours
    clocked = [slot for slot in unique if slot.staffed is not None]
    return {
        "calls": len(found),
        "inbound": sum(call.inbound for call in found),
        "answered": status.count("answered"),
        "missed": status.count("missed"),
        "open_days": open_days,
        "avg_calls_per_open_day": div(len(found), open_days, 2),
        "missed_rate": div(status.count("missed"), len(found)),
        "avg_concurrent": div(
            sum(seconds(call.start, call.data["ended_at"]) for call in found), 3600 * open_hours, 2
        ),
        "staffed_extensions": len({(slot.site, one) for slot in clocked for one in slot.staffed or ()})
        if clocked else None,
    }  # fmt: skip


def _rank(key: Key, rows: Rows) -> int | None:
    """1 is the busiest; reading: hours with as many calls by the clock."""
    site, weekday, hour, *period = key
    if hour is None:
        return None
    ordered = _ordered(tuple((rows[site, weekday, one, *period]["calls"], one) for one in HOURS))
    return ordered.index(hour) + 1


@cache
def _ordered(hours: tuple[tuple[int, int], ...]) -> list[int]:
    return [hour for _, hour in sorted(hours, key=lambda one: (-one[0], one[1]))]
