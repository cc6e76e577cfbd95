"""What is rare in the systems beside the shop's own: money given back twice on one order, tasks that change hands, parts
returned with a worth, fees that nobody states.

Keep out: orders, customers and calls (rarities.py), instants on a boundary (boundaries.py)."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from connectors.simulator.events import Event

Data = dict[str, Any]
CENT = Decimal("0.01")
HANDED = timedelta(minutes=5)  # after a task was made


def beside(told: Iterable[Event]) -> Iterator[Event]:
    """The same events, told with them."""
    told = list(told)
    advisors: dict[str, list[str]] = {}
    for event in told:
        if event.entity == "employee" and event.data["role"] == "advisor":
            advisors.setdefault(event.site, []).append(event.key)
    texts = {event.site: event for event in told if event.entity == "message"}
    for event in told:
        change = CHANGES.get(event.entity)
        changed = replace(event, data={**event.data, **change(event)}) if change else event
        if event.entity == "payment_request":
            yield from _asked_twice(changed)
        elif event.entity == "processor_txn":
            yield from _told_twice(changed)
        elif event.entity == "task":
            yield from _handed_on(changed, advisors[event.site])
        else:
            yield changed
        if event.entity == "repair_order" and event.site in texts:
            yield from _reminded(event, texts[event.site])


def one_in(key: str, number: int, salt: str = "") -> bool:
    """The same ones each time, whatever else there is."""
    return zlib.crc32(f"{salt}{key}".encode()) % number == 0


def _purchase(event: Event) -> Data:
    changes: Data = {}
    if event.data["is_return"]:
        changes = {"unit_cost": Decimal("7.35"), "quantity": Decimal("1.00")}
    if one_in(event.key, 15, "supplier"):
        changes |= {"supplier_id": None, "supplier_name": None}
    return changes


def _task(event: Event) -> Data:
    return {"due_at": None} if one_in(event.key, 7, "due") else {}


def _appointment(event: Event) -> Data:
    return {"customer_id": None, "vehicle_id": None} if one_in(event.key, 21, "stranger") else {}


def _request(event: Event) -> Data:
    """Half of what was paid goes back."""
    paid = event.data["paid_amount"]
    return {"refunded_amount": (paid / 2).quantize(CENT)} if paid and one_in(event.key, 2, "back") else {}


def _transaction(event: Event) -> Data:
    return {"fee": None} if one_in(event.key, 8, "fee") else {}


def _participant(event: Event) -> Data:
    return {"role": None} if one_in(event.key, 5, "role") else {}


CHANGES: dict[str, Callable[[Event], Data]] = {
    "purchase_line": _purchase, "task": _task, "appointment": _appointment, "payment_request": _request,
    "processor_txn": _transaction, "ro_participant": _participant,
}  # fmt: skip


def _asked_twice(event: Event) -> Iterator[Event]:
    """Every second order that is asked for money is asked twice, and gives back twice."""
    yield event
    if one_in(event.key, 2, "back"):
        key = f"{event.key}0"
        before = event.data["sent_at"] - timedelta(minutes=10)
        yield replace(
            event, key=key, data={**event.data, "request_id": key, "sent_at": before, "processor_txn_id": None}
        )


def _reminded(order: Event, pattern: Event) -> Iterator[Event]:
    """Who has put work off is written to two days later, and about nothing else since."""
    data, at = order.data, order.at + timedelta(days=2)
    off = any(job["decision"] in ("deferred", "declined") for job in data["jobs"] or [])
    if off and order.at == data["closed_at"] and at < pattern.at:
        key = f"{order.key}5"
        own = {"message_id": key, "customer_id": data["customer_id"], "ro_id": None, "direction": "out", "sent_at": at}
        own |= {"channel": "sms", "delivered_at": at, "failed_at": None, "opened_at": None, "is_automated": False}
        yield replace(pattern, at=at, key=key, data={**pattern.data, **own})


def _told_twice(event: Event) -> Iterator[Event]:
    """Every ninth payment by card is another amount at the processor, which has the right one without a code besides."""
    data = event.data
    if data["type"] != "payment" or not data["auth_code"] or not one_in(event.key, 9, "amount"):
        yield event
        return
    yield replace(event, data={**data, "gross": data["gross"] + 1})
    key = f"{event.key}7"
    yield replace(event, key=key, data={**data, "txn_id": key, "auth_code": None})


def _handed_on(event: Event, advisors: list[str]) -> Iterator[Event]:
    """Every third task that somebody has is given to the next one soon after."""
    data = event.data
    holder, at = data["assigned_to_id"], data["created_at"] + HANDED
    if holder not in advisors or not one_in(event.key, 3, "handed") or (data["closed_at"] or at) < at:
        yield event
        return
    other = advisors[(advisors.index(holder) + 1) % len(advisors)]
    if event.at < at:
        yield event
        key = f"{event.key}9"
        step = {"task_id": event.key, "event_id": key, "type": "reassigned", "at": at}
        step |= {"by_id": holder, "from_id": holder, "to_id": other}
        yield replace(event, at=at, entity="task_event", key=f"{event.key}|{key}", data=step)
        event = replace(event, at=at)
    yield replace(event, data={**data, "assigned_to_id": other, "updated_at": event.at})
