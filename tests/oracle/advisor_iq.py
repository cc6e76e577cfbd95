"""Advisor IQ Dashboard (REPORTS 3A.10): how well calls were handled, by person, rubric and criterion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from oracle.figures import div
from oracle.periods import Item, Key, Period, Rows, grouped
from oracle.phone import Call, calls, handled_by, score, scores
from oracle.sales_trackers import previous
from oracle.told import Row, Told

RATES = {
    "greeting_rate": "greeting",
    "appointment_asked_rate": "appointment asked",
    "appointment_booked_rate": "appointment booked",
}


@dataclass(frozen=True)
class Judged:
    """A call and those of its scores that a row is about."""

    call: Call
    rows: tuple[Row, ...]


def advisor_iq(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    """Rows of a person (rubric and criterion NULL), of each rubric and criterion of theirs, of sites and of all."""
    asked = list(dict.fromkeys([*periods, *map(previous, periods)]))
    found = _people(told, asked, sites) | _criteria(told, asked, sites)
    rows = {key: _row(key, judged) for key, judged in found.items()}
    kept = {period.key: previous(period).key for period in periods}
    return {key: row | {"score_trend": _trend(row, rows.get((*key[:-2], *kept[key[-2:]])))}
            for key, row in rows.items() if key[-2:] in kept}  # fmt: skip


def _people(told: Told, periods: Sequence[Period], sites: Collection[str] | None) -> dict[Key, list[Judged]]:
    judged = scores(told)
    items: Iterator[Item[Judged]] = (
        (call.site, call.day, (handled_by(told, call),), Judged(call, tuple(judged.get(call.id, ()))))
        for call in calls(told, "in", "out")
        if call.answered or call.id in judged
    )
    found = grouped(told.world, periods, sites, 1, items)
    return {(site, person, None, None, *period): rows for (site, person, *period), rows in found.items()}


def _criteria(told: Told, periods: Sequence[Period], sites: Collection[str] | None) -> dict[Key, list[Judged]]:
    found = grouped(told.world, periods, sites, 3, _scores(told))
    return {key: rows for key, rows in found.items() if key[1] is not None}


def _scores(told: Told) -> Iterator[Item[Judged]]:
    judged = scores(told)
    for call in calls(told, "in", "out"):
        by: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in judged.get(call.id, []):
            by[row["rubric"], row["criterion"]].append(row)
        for (rubric, criterion), rows in by.items():
            yield call.site, call.day, (handled_by(told, call), rubric, criterion), Judged(call, tuple(rows))


def _row(key: Key, judged: Sequence[Judged]) -> dict[str, Any]:
    scored = [one for one in judged if one.rows]
    rows = [row for one in scored for row in one.rows]
    whole = key[2] is None
    eligible = sum(one.call.answered for one in judged)
    best, worst = _ends(scored)
    return {
        "scored_calls": len(scored),
        "calls_eligible": eligible if whole else None,
        "coverage": div(len(scored), eligible) if whole else None,
        "avg_score": score(rows),
        "pass_rate": _passed(rows),
        **{name: _passed([row for row in rows if row["criterion"] == one]) for name, one in RATES.items()},
        "best_call": best,
        "worst_call": worst,
        "rubric_mixed_flag": len({row["rubric"] for row in rows}) > 1,
    }


def _passed(rows: Sequence[Row]) -> Decimal | None:
    judged = [row["passed"] for row in rows if row["passed"] is not None]
    return div(sum(judged), len(judged))


def _ends(scored: Sequence[Judged]) -> tuple[str | None, str | None]:
    """The best and the worst call; ties go to the earliest."""
    ratios = [(one, score(one.rows)) for one in scored]
    known = [(one, ratio) for one, ratio in ratios if ratio is not None]
    best = min(known, key=lambda pair: (-pair[1], pair[0].call.start, pair[0].call.id), default=None)
    worst = min(known, key=lambda pair: (pair[1], pair[0].call.start, pair[0].call.id), default=None)
    return best and best[0].call.id, worst and worst[0].call.id


def _trend(row: dict[str, Any], before: dict[str, Any] | None) -> Decimal | None:
    """Reading of 3A.10: of the figures as they are published."""
    now, then = row["avg_score"], before and before["avg_score"]
    return None if now is None or then is None else now - then
