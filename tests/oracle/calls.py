"""Call Summary and its by-number twin (REPORTS 3A.2). Keep out: legs, routing steps, customer matching."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from oracle.facts import Shop, World
from oracle.figures import ALL, div, period_start, rounded

UNREGISTERED = "(unregistered number)"
Call = dict[str, Any]
Key = tuple[str, str, date]


def site_of(world: World, shop: Shop, call: Call) -> str:
    """3A: the site of its DID (in), else the site that the source gives the call."""
    number = registered(world, shop, call) if call["direction"] == "in" else None
    return str(number["site"]) if number else shop.id


def registered(world: World, shop: Shop, call: Call) -> dict[str, Any] | None:
    """The DID as it was registered on the day of the call; an open end of validity is open."""
    day = shop.business_date(call["started_at"])
    for number in world.numbers.get(call["to_number"], ()):
        if (number["valid_from"] or date.min) <= day <= (number["valid_to"] or date.max):
            return number
    return None


def external(world: World) -> list[tuple[Shop, Call]]:
    return [
        (world.shops[site_of(world, shop, call)], call)
        for shop, call in world.calls
        if call["direction"] != "internal"
    ]


def call_summary(world: World) -> dict[Key, dict[str, Decimal | int | None]]:
    """One row per site and day of the spine, month rows and the All-sites row of each period."""
    found: dict[Key, list[tuple[Shop, Call]]] = defaultdict(list)
    for site in world.shops:
        for day in world.days(site):
            for grain in ("day", "month"):
                for scope in (site, ALL):
                    found[scope, grain, period_start(grain, day)] = []
    for shop, call in external(world):
        day = shop.business_date(call["started_at"])
        for grain in ("day", "month"):
            for scope in (shop.id, ALL):
                key = (scope, grain, period_start(grain, day))
                if key in found:
                    found[key].append((shop, call))
    return {key: summary(rows) for key, rows in found.items()}


def talk(call: Call) -> int:
    """E-26: from answer to end; a call nobody answered talked 0 s."""
    return _seconds(call["answered_at"], call["ended_at"]) if call["answered_at"] and call["ended_at"] else 0


def _seconds(since: datetime, until: datetime) -> int:
    return int((until - since).total_seconds())


def summary(rows: list[tuple[Shop, Call]]) -> dict[str, Decimal | int | None]:
    calls = [call for _, call in rows]
    inbound = [call for call in calls if call["direction"] == "in"]
    outbound = [call for call in calls if call["direction"] == "out"]
    by_status = Counter(call["status"] for call in calls)
    picked_up = [call for call in inbound if call["status"] == "answered"]
    hours = Counter(shop.local_hour(call["started_at"]) for shop, call in rows if call["direction"] == "in")
    # Reading: a tie of hours goes to the earlier one.
    peak = min(hours, key=lambda hour: (-hours[hour], hour), default=None)
    return {
        "calls": len(calls),
        "inbound_calls": len(inbound),
        "unique_inbound": len(_callers(inbound)),
        "inbound_minutes": _minutes(inbound),
        "outbound_calls": len(outbound),
        "outbound_minutes": _minutes(outbound),
        "avg_duration_s": div(sum(map(talk, calls)), len(calls), 2),
        "avg_duration_answered_s": div(sum(map(talk, calls)), by_status["answered"], 2),
        "answered": by_status["answered"],
        "missed": by_status["missed"],
        "voicemail": by_status["voicemail"],
        "anonymous_calls": sum(call["from_number"] is None for call in inbound),
        "peak_hour": peak,
        "peak_hour_calls": None if peak is None else hours[peak],
        "answer_rate": div(len(picked_up), len(inbound)),
        "avg_ring_s": div(
            sum(_seconds(c["started_at"], c["answered_at"]) for c in picked_up), len(picked_up), 2
        ),
    }


def _minutes(calls: Iterable[Call]) -> Decimal:
    return div(sum(map(talk, calls)), 60, 2) or rounded(0, 2)


def _callers(calls: Iterable[Call]) -> set[str]:
    return {call["from_number"] for call in calls if call["from_number"] is not None}


def call_summary_by_number(world: World) -> dict[tuple[str, str, str, date], dict[str, Any]]:
    """(site, number, grain, start) of numbers that were called, and a total row of each period (0.2).

    Reading: no zero rows; unregistered numbers are one row per site."""
    found: dict[tuple[str, str, str, date], list[tuple[Shop, Call]]] = defaultdict(list)
    for shop, call in external(world):
        if call["direction"] == "in":
            number = call["to_number"] if registered(world, shop, call) else UNREGISTERED
            day = shop.business_date(call["started_at"])
            if day <= world.last_day:
                for grain in ("day", "month"):
                    found[shop.id, number, grain, period_start(grain, day)].append((shop, call))
                    found[ALL, ALL, grain, period_start(grain, day)].append((shop, call))
    return {key: _number_row(world, rows, total=key[0] == ALL) for key, rows in found.items()}


def _number_row(world: World, rows: list[tuple[Shop, Call]], total: bool) -> dict[str, Any]:
    newest = None if total else registered(world, *max(rows, key=lambda row: row[1]["started_at"]))
    return {
        "calls": len(rows),
        "unique_callers": len(_callers(call for _, call in rows)),
        "description": newest["description"] if newest else None,
    }
