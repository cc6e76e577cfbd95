"""After Hours Calls (REPORTS 3A.7): what the routing sent to the machine, and what the calendar says of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from oracle.callers import Callers
from oracle.periods import Item, Period, Rows, grouped
from oracle.phone import Call, callers, calls
from oracle.told import Told

AFTER_HOURS = ("closed", "holiday")


@dataclass(frozen=True)
class Late:
    """An inbound call with what is asked of it."""

    call: Call
    outside: bool  # of the hours of the calendar
    called_back: bool
    is_first: bool
    is_known: bool

    @property
    def routed(self) -> bool:
        return self.call.data["entry_point"] in AFTER_HOURS

    @property
    def mismatch(self) -> bool:
        """C-16; a direct route has no entry point to disagree with."""
        return self.call.data["entry_point"] in ("open", *AFTER_HOURS) and self.routed != self.outside


def after_hours_calls(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    found = grouped(told.world, periods, sites, 1, _late(told))
    return {key: _row(rows) for key, rows in found.items()}


def _late(told: Told) -> Iterator[Item[Late]]:
    people = Callers(told)
    first = {call.id for call in people.first_calls}
    out = calls(told, "out")
    for call in people.inbound:
        outside = not told.is_open_at(call.site, call.start)
        back = called_back(told, call, out)
        late = Late(call, outside, back, call.id in first, people.known_as(call) is not None)
        if late.routed or late.outside or late.mismatch:
            yield call.site, call.day, (call.shop.local_hour(call.start),), late


def called_back(told: Told, call: Call, out: Iterable[Call]) -> bool:
    """Within one business day: by the close of the first open day that opens after the call."""
    until = next_close(told, call)
    return call.caller is not None and any(
        one.site == call.site and one.caller == call.caller and call.start < one.start <= until for one in out
    )


def next_close(told: Told, call: Call) -> datetime:
    day = call.start.astimezone(ZoneInfo(told.world.shops[call.site].timezone)).date()
    while day <= told.world.last_day:
        span = told.open_span(call.site, day)
        if span and span[0] > call.start:
            return span[1]
        day += timedelta(days=1)
    return told.as_of


def _row(rows: Sequence[Late]) -> dict[str, Any]:
    routed = [row for row in rows if row.routed]
    entry = [row.call.data["entry_point"] for row in rows]
    return {
        "after_hours_calls": entry.count("closed"),
        "unique_callers": callers(row.call for row in routed),
        "holiday_calls": entry.count("holiday"),
        "voicemails": sum(row.call.data["status"] == "voicemail" for row in routed),
        "callback_within_1_business_day": sum(row.called_back for row in routed),
        "existing_calls": sum(row.is_known for row in routed),
        "first_time_calls": sum(row.is_first for row in routed),
        "computed_after_hours": sum(row.outside for row in rows),
        "entry_point_mismatch": sum(row.mismatch for row in rows),
    }
