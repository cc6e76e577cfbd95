"""The life of tasks from their events: who held them when, and the reports of them (REPORTS 3G).

Keep out: rows per advisor and type (task_activity)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from oracle.callers import Callers, opened
from oracle.identity import e164, phones
from oracle.sold import named
from oracle.told import UNASSIGNED, Row, Told, minutes

ENDS = ("completed", "cancelled")
TOUCHES = ("touched", "snoozed", *ENDS)  # something was done about it


@dataclass(frozen=True)
class Move:
    """One step of a task that counts somewhere: created, completed, cancelled, reopened, away, received."""

    kind: str
    at: datetime
    holder: str
    by: str = UNASSIGNED


@dataclass(frozen=True)
class Task:
    told: Told
    site: str
    data: Row
    events: tuple[Row, ...]

    @property
    def id(self) -> str:
        return str(self.data["task_id"])

    @property
    def is_open(self) -> bool:
        """Reading of "active": by the last event; a task without any by its status."""
        return self.events[-1]["type"] not in ENDS if self.events else self.data["status"] not in ENDS

    @cached_property
    def moves(self) -> list[Move]:
        """What its events did: a task moves only while it is open, and closes only when it is."""
        found: list[Move] = []
        holder, is_open = UNASSIGNED, False
        for event in self._history:
            kind, to = event["type"], self.told.person(event["to_id"])
            if kind == "created" and not found:
                holder, is_open = to, True
                found.append(Move("created", event["at"], holder))
            elif kind in ("assigned", "reassigned") and is_open and to != holder:
                found += [Move("away", event["at"], holder), Move("received", event["at"], to)]
                holder = to
            elif (kind in ENDS and is_open) or (kind == "reopened" and not is_open):
                is_open = not is_open
                found.append(Move(kind, event["at"], holder, self.told.person(event["by_id"])))
        return found

    @property
    def _history(self) -> list[Row]:
        """A task whose system keeps no such events was created when it says, and closed when it says."""
        kinds = [event["type"] for event in self.events]
        blank = {"to_id": None, "by_id": None}
        history = list(self.events)
        if "created" not in kinds:
            history.insert(0, {**blank, "type": "created", "at": self.data["created_at"]})
        if self.data["status"] in ENDS and self.data["closed_at"] and not set(kinds) & set(ENDS):
            end = {"type": self.data["status"], "at": self.data["closed_at"], "by_id": self.data["closed_by_id"]}
            history.append({**blank, **end})
        return history


def tasks(told: Told) -> list[Task]:
    events: dict[str, list[Row]] = {}
    for _, event in told.rows("task_event"):
        events.setdefault(event["task_id"], []).append(event)
    return [
        Task(told, site, data, tuple(sorted(events.get(data["task_id"], []), key=lambda one: (one["at"], one["event_id"]))))
        for site, data in told.rows("task")
    ]  # fmt: skip


def _asked(told: Told, sites: Collection[str] | None) -> list[Task]:
    return [task for task in tasks(told) if sites is None or task.site in sites]


def task_active(told: Told, sites: Collection[str] | None = None) -> dict[str, dict[str, Any]]:
    """What is not closed, as of the instant: task_id -> columns."""
    states = told.options.active_task_states
    return {
        task.id: _active(told, task) for task in _asked(told, sites) if task.is_open and task.data["status"] in states
    }


def _active(told: Told, task: Task) -> dict[str, Any]:
    due = task.data["due_at"]
    return _shown(told, task) | {
        "age_min": told.work_minutes(task.site, task.data["created_at"], told.as_of),
        "age_wall_min": minutes(task.data["created_at"], told.as_of),
        "overdue": due is not None and due < told.as_of,
    }


def _shown(told: Told, task: Task) -> dict[str, Any]:
    row = task.data
    return {
        "site": task.site,
        "type": row["type"],
        "phone": phone_of(told, row["customer_id"]),
        "ro": number_of(told, row["ro_id"]),
        "assignee": named(told, row["assigned_to_id"]),
        "created_ts": row["created_at"],
        "due_ts": row["due_at"],
        "priority": row["priority"],
        "state": _state(task),
        "last_activity_ts": task.events[-1]["at"] if task.events else row["created_at"],
        "times_reassigned": sum(event["type"] == "reassigned" for event in task.events),
    }


def number_of(told: Told, ro_id: str | None) -> str | None:
    return told.ro_numbers.get(ro_id or "")


def phone_of(told: Told, customer_id: str | None) -> str | None:
    """Reading of "phone": the first number on the golden customer's oldest card that has one, else any later number."""
    golden = told.customer(customer_id)
    found = [
        (place > 0, card["created_at"] or datetime.max.replace(tzinfo=UTC), number)
        for key, card in told.world.customers.items()
        if golden is not None and told.customer(key) == golden
        for place, number in enumerate(map(e164, phones(card)))
        if number
    ]
    return min(found)[2] if found else None


def _state(task: Task) -> str:
    if task.data["status"] != "open":
        return str(task.data["status"])
    return "assigned" if task.data["assigned_to_id"] else "unassigned"


def task_history(told: Told, sites: Collection[str] | None = None) -> dict[str, dict[str, Any]]:
    """Every task that has a day; the day by which it is asked for is that of its creation or of its close (option)."""
    people = Callers(told)
    rows = {task.id: _history(told, task, people) for task in _asked(told, sites)}
    return {key: row for key, row in rows.items() if row["business_date"]}


def _history(told: Told, task: Task, people: Callers) -> dict[str, Any]:
    row, created = task.data, task.data["created_at"]
    touched = next((event["at"] for event in task.events if event["type"] in TOUCHES), None)
    by_close = told.options.task_history_basis == "closed"
    counted = row["closed_at"] if by_close else created
    return _shown(told, task) | {
        "business_date": told.day(task.site, counted) if counted else None,
        "closed_ts": row["closed_at"],
        "closed_by": named(told, row["closed_by_id"]) if row["closed_at"] else None,
        "disposition": row["disposition"],
        **_span(told, task, "time_to_first_touch", touched),
        **_span(told, task, "time_to_close", row["closed_at"]),
        "sla_met": _sla(told, row),
        "reopen_count": sum(event["type"] == "reopened" for event in task.events),
        "result_ro": _result(people, task),
    }


def _span(told: Told, task: Task, name: str, until: datetime | None) -> dict[str, Any]:
    since = task.data["created_at"]
    return {
        f"{name}_min": None if until is None else told.work_minutes(task.site, since, until),
        f"{name}_wall_min": None if until is None else minutes(since, until),
    }


def _sla(told: Told, row: Row) -> bool | None:
    if row["due_at"] is None:
        return None
    if row["closed_at"]:
        return bool(row["closed_at"] <= row["due_at"])
    return False if row["due_at"] < told.as_of else None


def _result(people: Callers, task: Task) -> str | None:
    """The earliest order of the customer at the shop after the task was made, within the window."""
    since = task.data["created_at"]
    customer = people.told.customer(task.data["customer_id"])
    found: list[str] = [order.data["ro_number"] for order in people.orders.get(customer or "", ())
             if order.shop.id == task.site and since <= opened(order) <= since + people.window]  # fmt: skip
    return found[0] if found else None
