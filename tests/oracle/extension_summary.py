"""Extension Summary (REPORTS 3A.3): what rang where, and who took it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from oracle.figures import div
from oracle.periods import Item, Period, Rows, grouped
from oracle.phone import Call, calls, distinct, employee, score, scored, scores, seconds, talk
from oracle.sold import named
from oracle.told import Row, Told

NO_EXTENSION = "(no extension)"


@dataclass(frozen=True)
class Rang:
    """A leg of a call; `away` when the row is of the extension that handed it on."""

    call: Call
    leg: Row
    away: bool = False


def extension_summary(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    judged = scores(told)
    found = grouped(told.world, periods, sites, 1, _legs(told))
    return {key: _row(told, rang, judged, whole=key[1] is None) for key, rang in found.items()}


def _legs(told: Told) -> Iterator[Item[Rang]]:
    for call in calls(told, "in", "out", "internal"):
        for leg in call.legs:
            yield call.site, call.day, (leg["extension"] or NO_EXTENSION,), Rang(call, leg)
            if leg["transfer_from"]:
                yield call.site, call.day, (leg["transfer_from"],), Rang(call, leg, away=True)


def _row(told: Told, rang: Sequence[Rang], judged: dict[str, list[Row]], whole: bool) -> dict[str, Any]:
    own = [one for one in rang if not one.away]
    inbound = [one for one in own if one.call.inbound]
    outbound = [one for one in own if one.call.data["direction"] == "out"]
    first = [one for one in inbound if one.leg is _first(one.call)]
    taken = {one.call.id for one in inbound if one.leg["answered_at"]}
    rung = distinct(one.call for one in inbound)
    missed = [call for call in rung if call.id not in taken]
    handled = distinct(one.call for one in [*first, *outbound])
    return {
        "employee": None if whole else _employee(told, own),
        "inbound_answered": len(first),
        "inbound_rung": len(rung),
        "inbound_missed": len(missed),
        "missed_but_answered_elsewhere": sum(call.answered for call in missed),
        "outbound": len(distinct(one.call for one in outbound)),
        "internal": len(distinct(one.call for one in own if one.call.data["direction"] == "internal")),
        **_talk(inbound, outbound),
        "transfers_out": sum(one.away for one in rang),
        "transfers_in": sum(one.leg["transfer_from"] is not None for one in own),
        "voicemails": sum(call.data["status"] == "voicemail" for call in rung),
        "avg_answer_s": div(
            sum(seconds(one.leg["started_at"], one.leg["answered_at"]) for one in first), len(first), 2
        ),
        "pct_answered": div(len(first), len(rung)),
        "call_score_avg": score(scored(handled, judged)),
    }


def _first(call: Call) -> Row | None:
    """The same object as in `legs`, so that a leg can be told by itself."""
    first = call.first_answer
    return next((leg for leg in call.legs if leg is first), None)


def _talk(inbound: Sequence[Rang], outbound: Sequence[Rang]) -> dict[str, Any]:
    """Reading of 3A.3: internal talk is in no minutes."""
    spoken = [talk(one.leg) for one in [*inbound, *outbound] if one.leg["answered_at"]]
    into, out = (sum(talk(one.leg) for one in side) for side in (inbound, outbound))
    return {
        "inbound_min": div(into, 60, 2),
        "outbound_min": div(out, 60, 2),
        "total_min": div(into + out, 60, 2),
        "avg_talk_s": div(sum(spoken), len(spoken), 2),
        "longest_call_s": max(spoken, default=None),
    }


def _employee(told: Told, own: Sequence[Rang]) -> str | None:
    """Whoever had it last in the period."""
    last = max(own, key=lambda one: (one.leg["started_at"], one.call.id, one.leg["leg_id"]), default=None)
    return None if last is None else named(told, employee(told, last.call, last.leg))
