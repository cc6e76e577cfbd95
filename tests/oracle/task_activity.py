"""Advisor Task Activity and Site Stats (REPORTS 3G.3, 3G.4): tasks roll forward from opening to closing (C-20)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from oracle.feeds import known
from oracle.figures import ALL, div, rounded
from oracle.periods import Key, Period, Rows, chosen
from oracle.tasks import Move, Task, tasks
from oracle.told import UNASSIGNED, Told, median


@dataclass(frozen=True)
class Fact:
    """What happened to a task in a period, or, without a move, that it was open before or after it."""

    kind: str  # opening, closing, or the kind of the move
    task: Task
    holder: str
    last: date  # the site's last calendar day of the period
    move: Move | None = None


KeyOf = Callable[[Fact], str]


def advisor_task_activity(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    found = facts(told, periods, sites, lambda fact: fact.holder)
    return known(told, sites, "tasks", {key: _activity(told, rows) for key, rows in found.items()})


def task_site_stats(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    found = facts(told, periods, sites, lambda fact: str(fact.task.data["type"]))
    by_key = {period.key: period for period in periods}
    stats = {
        key: _stats(told, rows, open_days(told, chosen(told.world, sites) if key[0] == ALL else [key[0]], by_key[key[-2:]]))
        for key, rows in found.items()
    }  # fmt: skip
    return known(told, sites, "tasks", stats, "open_days")


def facts(told: Told, periods: Sequence[Period], sites: Collection[str] | None, key_of: KeyOf) -> dict[Key, list[Fact]]:
    found: dict[Key, list[Fact]] = defaultdict(list)
    by_site: dict[str, list[Task]] = defaultdict(list)
    for task in tasks(told):
        by_site[task.site].append(task)
    for site in chosen(told.world, sites):
        for period in periods:
            days = [day for day in told.world.days(site) if day in period]
            if days:
                found[site, None, *period.key] += []
                found[ALL, None, *period.key] += []
                for fact in (one for task in by_site[site] for one in _of_task(told, task, days[0], days[-1])):
                    for place in ((site, key_of(fact)), (site, None), (ALL, None)):
                        found[*place, *period.key].append(fact)
    return dict(found)


def _of_task(told: Told, task: Task, first: date, last: date) -> Iterator[Fact]:
    holder: str | None = None  # while it is open
    opening: str | None = None
    for move in task.moves:
        day = told.day(task.site, move.at)
        if day > last:
            break
        if day >= first:
            yield Fact(move.kind, task, move.holder, last, move)
        if move.kind != "away":
            holder = None if move.kind in ("completed", "cancelled") else move.holder
        if day < first:
            opening = holder
    if opening is not None:
        yield Fact("opening", task, opening, last)
    if holder is not None:
        yield Fact("closing", task, holder, last)


def _activity(told: Told, rows: Sequence[Fact]) -> dict[str, Any]:
    kinds = [row.kind for row in rows]
    done = [row for row in rows if row.kind == "completed"]
    return {
        "opening": kinds.count("opening"),
        "created_for": kinds.count("created"),
        "received_by_reassign": kinds.count("received"),
        "completed": len(done),
        "cancelled": kinds.count("cancelled"),
        "reassigned_away": kinds.count("away"),
        "reopened": kinds.count("reopened"),
        "closing": kinds.count("closing"),
        "completed_by_others": sum(
            row.move is not None and row.move.by not in (UNASSIGNED, row.holder) for row in done
        ),
        **_speed(told, rows),
    }


def _speed(told: Told, rows: Sequence[Fact]) -> dict[str, Any]:
    done = [row for row in rows if row.kind == "completed"]
    spans = [
        told.work_seconds(row.task.site, row.task.data["created_at"], row.move.at) / 60 for row in done if row.move
    ]
    return {
        "avg_close_min": rounded(sum(spans, Fraction(0)) / len(spans), 2) if spans else None,
        "median_close_min": median(spans),
        "overdue_closing": sum(_overdue(told, row) for row in rows if row.kind == "closing"),
        "on_time_rate": div(sum(_on_time(row) for row in done), len(done)),
    }


def _overdue(told: Told, row: Fact) -> bool:
    due = row.task.data["due_at"]
    return due is not None and told.day(row.task.site, due) <= row.last


def _on_time(row: Fact) -> bool:
    due = row.task.data["due_at"]
    return due is None or (row.move is not None and row.move.at <= due)


def _stats(told: Told, rows: Sequence[Fact], days: int) -> dict[str, Any]:
    """At a shop a task that is handed on stays where it is."""
    activity = _activity(told, rows)
    names = ("opening", "completed", "cancelled", "reopened", "closing", "completed_by_others", *_speed(told, []))
    completed, closing = activity["completed"], activity["closing"]
    return {name: activity[name] for name in names} | {
        "created": activity["created_for"],
        "completion_rate": div(completed, activity["opening"] + activity["created_for"]),
        "open_days": days,
        "backlog_days": div(Decimal(closing * days), completed, 2),
    }


def open_days(told: Told, sites: Sequence[str], period: Period) -> int:
    return len(
        {day for site in sites for day in told.world.days(site) if day in period and told.hours(site, day).is_open}
    )
