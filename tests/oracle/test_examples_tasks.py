"""The worked example of REPORTS 3G.4, and what holds of tasks whatever happens to them (C-20)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from oracle import deliveries
from oracle.deliveries import Company, Event, Row, Site
from oracle.figures import ALL
from oracle.oracle import Oracle
from oracle.periods import day_and_month, day_of
from oracle.task_activity import advisor_task_activity, task_site_stats
from oracle.tasks import task_active, task_history
from oracle.told import Told

DAY = date(2026, 6, 4)  # a Thursday


def at(day: int, hour: int = 10) -> datetime:
    return datetime(2026, 6, day, hour, tzinfo=UTC)


def saved(entity: str, key: str, **data: Any) -> Event:
    return Event(deliveries.BEGIN, "S", entity, "saved", key, Row(data))


def task(key: str, *steps: tuple[str, datetime, str | None], due: datetime | None = None) -> Iterator[Event]:
    """(type, when, to whom) of each step; `by` is always somebody else."""
    last = steps[-1]
    ended = last[0] in ("completed", "cancelled")
    holder = next((to for kind, _, to in reversed(steps) if to), None)
    yield saved("task", key, task_id=key, type="callback", created_at=steps[0][1], due_at=due, assigned_to_id=holder,
                status=last[0] if ended else "open", closed_at=last[1] if ended else None)  # fmt: skip
    for number, (kind, when, to) in enumerate(steps):
        event = {"task_id": key, "event_id": f"{number:02d}", "type": kind, "at": when, "to_id": to, "by_id": "boss"}
        yield saved("task_event", f"{key}|{number}", **event)


def told(events: Iterable[Event], days: int = 5) -> Told:
    hours = [
        saved("site_hours", day, weekday=day, opens="08:00", closes="18:00")
        for day in ("mon", "tue", "wed", "thu", "fri")
    ]
    opened = saved("repair_order", "r", ro_id="r", status="open", opened_at=at(1), lines=[])
    end = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(days=days)
    return Oracle(Company((Site("S", "UTC"),), date(2026, 6, days)), [*hours, opened, *events], end).told


def example() -> Iterator[Event]:
    """Of A on the 4th: 5 open before, 8 created for, 2 received, 9 completed, 1 handed on, 1 opened again."""
    yield from (one for n in range(5) for one in task(f"o{n}", ("created", at(2), "A"), ("completed", at(4), None)))
    yield from (
        one for n in range(4) for one in task(f"c{n}", ("created", at(4, 8), "A"), ("completed", at(4, 9), None))
    )
    yield from (one for n in range(3) for one in task(f"n{n}", ("created", at(4, 8), "A")))
    yield from task("n3", ("created", at(4, 8), "A"), ("reassigned", at(4, 9), "B"))
    yield from (one for n in range(2) for one in task(f"r{n}", ("created", at(3), "B"), ("reassigned", at(4), "A")))
    yield from task("again", ("created", at(2), "A"), ("completed", at(3), None), ("reopened", at(4), None))


def test_an_advisor_closes_with_what_is_left() -> None:
    row = advisor_task_activity(told(example()), [day_of(DAY)])["S", "A", "day", DAY]
    counts = {"opening": 5, "created_for": 8, "received_by_reassign": 2, "completed": 9, "cancelled": 0,
              "reassigned_away": 1, "reopened": 1, "closing": 6, "completed_by_others": 9}  # fmt: skip
    assert {name: row[name] for name in counts} == counts
    assert row["median_close_min"] == 1200  # five of two business days, four of one hour
    assert row["avg_close_min"] == Decimal("693.33")
    assert row["on_time_rate"] == 1


def test_what_is_handed_on_stays_at_the_shop() -> None:
    found = task_site_stats(told(example()), [day_of(DAY)])
    for key in (("S", "callback"), ("S", None), (ALL, None)):
        row = found[*key, "day", DAY]
        assert (row["opening"], row["created"], row["reopened"], row["completed"], row["closing"]) == (7, 8, 1, 9, 7)
        assert (row["completion_rate"], row["backlog_days"]) == (Decimal("0.6"), Decimal("0.78"))


def test_a_task_moves_only_while_it_is_open() -> None:
    steps = [
        ("created", at(1), None),
        ("completed", at(2), None),
        ("reassigned", at(3), "B"),
        ("completed", at(4), None),
    ]
    found = advisor_task_activity(told(task("t", *steps)), [day_of(date(2026, 6, n)) for n in range(1, 6)])
    assert {key[1] for key in found} == {None, "-1"}
    assert sum(row["completed"] for key, row in found.items() if key[0] == ALL) == 1


def test_an_open_task_is_overdue_once_its_time_has_passed() -> None:
    late = task("late", ("created", at(1), "A"), ("snoozed", at(2), None), due=at(3))
    done = task("done", ("created", at(1), "A"), ("completed", at(3, 12), None), due=at(3))
    known = told([*late, *done])
    assert set(task_active(known)) == {"late"}
    active, history = task_active(known)["late"], task_history(known)
    assert (active["overdue"], active["age_min"], active["age_wall_min"]) == (True, 2880, 6600)
    assert (history["late"]["sla_met"], history["done"]["sla_met"]) == (False, False)
    assert (history["late"]["time_to_first_touch_min"], history["done"]["time_to_close_min"]) == (600, 1320)


@pytest.mark.parametrize("seed", range(20))
def test_opening_and_what_happened_is_closing_for_everybody(seed: int) -> None:
    rng = Random(seed)
    kinds = ("assigned", "reassigned", "touched", "completed", "cancelled", "reopened")
    events: list[Event] = []
    for number in range(12):
        steps: list[tuple[str, datetime, str | None]] = [("created", at(rng.randrange(1, 5)), rng.choice(("A", None)))]
        for _ in range(rng.randrange(6)):
            kind = rng.choice(kinds)
            to = rng.choice("ABC") if kind.endswith("assigned") else None
            steps.append((kind, steps[-1][1] + timedelta(hours=rng.randrange(1, 12)), to))
        events += task(f"t{number}", *steps)
    known = told(events)
    found = advisor_task_activity(known, day_and_month(known.world))
    plus, minus = ("created_for", "received_by_reassign", "reopened"), ("completed", "cancelled", "reassigned_away")
    for row in found.values():
        assert row["closing"] == row["opening"] + sum(row[name] for name in plus) - sum(row[name] for name in minus)
    for (_, person, *period), row in found.items():
        if person is None:
            own = [one for key, one in found.items() if key[1] is not None and list(key[2:]) == period]
            assert row["closing"] == sum(one["closing"] for one in own)
