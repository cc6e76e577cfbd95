"""The to-do list of a shop: call back who was missed, follow up what was deferred, order a part.

Belongs here: task, task_event, each with its whole history. Keep out: why a call was missed (calls)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from connectors.simulator.office import Office, Row

OPEN = {"assigned": "open", "reassigned": "open", "snoozed": "snoozed", "touched": "in_progress"}
OUTCOMES = {
    "callback": ("reached", "left a message", "wrong number"),
    "follow_up": ("appointment made", "not interested", "no answer"),
    "order_part": ("ordered", "in stock"),
}


def remember(office: Office) -> None:
    office.system("tasks")
    numbers = {phone: event.data["customer_id"] for event in office.customers.values()
               for phone in str(event.data["phones"]).split(";")}  # fmt: skip
    for call in office.calls:
        if call["direction"] == "in" and call["status"] in ("missed", "voicemail") and office.chance(0.7):
            at = office.after(call["ended_at"], 1, 20)
            _task(office, at, "callback", "Call back", customer_id=numbers.get(call["from_number"]))
    for visit in office.visits():
        own = {"customer_id": visit.ro["customer_id"], "ro_id": visit.ro["ro_id"]}
        left = [job for job in visit.ro["jobs"] if job["decision"] in ("declined", "deferred")]
        if visit.closed and left and office.chance(0.8):
            _task(office, office.after(visit.ended, 5, 60), "follow_up", f"Follow up: {left[0]['title']}", **own)
        if visit.ro["status"] != "closed" and office.chance(0.5):
            _task(office, office.after(visit.opened, 30, 90), "order_part", "Order a part", **own)


def _task(office: Office, at: datetime, kind: str, title: str, **columns: Any) -> None:
    """Created, mostly given to somebody at once; one in seven waits in the shared list."""
    days = 1 if kind == "callback" else 7
    row: Row = {"task_id": office.next_id("task"), "site": office.site.id, "type": kind, "title": title, **columns}
    row |= {"created_at": at, "due_at": at + timedelta(days=days), "status": "open", "deleted": False}
    row |= {"priority": office.rng.choice(("low", "normal", "normal", "high")), "assigned_to_id": None}
    _happens(office, row, "created", at, None)
    if office.chance(0.86):
        at = office.after(at, 0.2, 10)
        _happens(office, row, "assigned", at, office.staff["manager"][0]["employee_id"], to_id=office.advisor())
    _work(office, row, at)


def _work(office: Office, row: Row, at: datetime) -> None:
    """Some steps in between, then the end of it, if it comes to one; one in twenty-five is opened again."""
    for step in office.rng.choices(("touched", "snoozed", "reassigned"), (5, 2, 2), k=office.rng.choice((0, 0, 1, 2))):
        at = office.after(at, 10, 900)
        to = office.advisor() if step == "reassigned" else None
        if step == "reassigned" and to == row["assigned_to_id"]:
            continue
        _happens(office, row, step, at, row["assigned_to_id"], to_id=to)
    if office.chance(0.85):
        at = office.after(at, 10, 2000)
        _end(office, row, at)
        if office.chance(0.04):
            at = office.after(at, 30, 500)
            _happens(office, row, "reopened", at, office.staff["manager"][0]["employee_id"])
            _end(office, row, office.after(at, 30, 500))


def _end(office: Office, row: Row, at: datetime) -> None:
    by = row["assigned_to_id"] if office.chance(0.85) else office.advisor()
    done = office.chance(0.88)
    row["disposition"] = office.rng.choice(OUTCOMES[row["type"]]) if done else "not needed"
    _happens(office, row, "completed" if done else "cancelled", at, by or office.advisor())


def _happens(office: Office, row: Row, kind: str, at: datetime, by: str | None, to_id: str | None = None) -> None:
    """An event, and the task as it stands after it."""
    before = row["assigned_to_id"]
    if to_id:
        row["assigned_to_id"] = to_id
    if kind in ("completed", "cancelled"):
        row |= {"status": kind, "closed_at": at, "closed_by_id": by}
    elif kind != "created":
        row |= {"status": OPEN.get(kind, "open"), "closed_at": None, "closed_by_id": None, "disposition": None}
    row["updated_at"] = at
    office.save(at, "task", row["task_id"], **row)
    event = office.next_id("task_event")
    office.save(at, "task_event", f"{row['task_id']}|{event}", task_id=row["task_id"], event_id=event, type=kind,
                at=at, by_id=by, from_id=before if to_id else None, to_id=to_id)  # fmt: skip
