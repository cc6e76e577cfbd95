"""Appointments: who came, who did not, and how they were booked online (REPORTS 3B.5, 3B.6).

Keep out: campaigns that brought them (campaigns)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from oracle.facts import Order
from oracle.feeds import known
from oracle.figures import ZERO, div
from oracle.periods import Item, Period, Rows, grouped
from oracle.sold import Sale, average, first_sales, named, sales
from oracle.told import Told

Row = dict[str, Any]
WAITING = frozenset({"booked", "confirmed", "scheduled", "open"})  # nobody has said yet what became of it
NOT_OPENED = frozenset({"void", "deleted", "estimate", "scheduled"})
STEPS = ("services", "time", "contact", "confirm")


@dataclass(frozen=True)
class Book:
    """A company's appointments, and the orders that may have come of them."""

    told: Told

    @cached_property
    def orders(self) -> Mapping[str, list[Order]]:
        """Orders that were opened, by golden customer and by golden car, the earliest first."""
        found: dict[str, list[Order]] = defaultdict(list)
        opened = [one for one in self.told.world.orders.values() if one.data["status"] not in NOT_OPENED]
        for order in sorted(
            (one for one in opened if one.data["opened_at"]), key=lambda one: (one.data["opened_at"], one.ro_id)
        ):
            for key in self._keys(order.data):
                found[key].append(order)
        return found

    def _keys(self, row: Row) -> set[str]:
        customer, vehicle = self.told.customer(row["customer_id"]), self.told.vehicle(row["vehicle_id"])
        return {f"{kind} {key}" for kind, key in (("person", customer), ("car", vehicle)) if key}

    def orders_of(self, row: Row) -> list[Order]:
        found = {order.ro_id: order for key in self._keys(row) for order in self.orders.get(key, ())}
        return sorted(found.values(), key=lambda one: (one.data["opened_at"], one.ro_id))

    @cached_property
    def followed(self) -> frozenset[str]:
        """Appointments that another one stands in for."""
        return frozenset(row["reschedule_of_id"] for _, row in self.told.rows("appointment") if row["reschedule_of_id"])

    def outcome(self, site: str, row: Row) -> str | None:
        """cancelled, rescheduled, no_show (as the source says), missing (as nobody came), showed, or not known yet."""
        if row["status"] == "rescheduled" or row["appointment_id"] in self.followed:
            return "rescheduled"
        if row["status"] in ("cancelled", "no_show"):
            return str(row["status"])
        if row["status"] not in WAITING or self.came(site, row):
            return "showed"
        return "missing" if self.told.day(site, row["scheduled_at"]) < self.told.today(site) else None

    def came(self, site: str, row: Row) -> bool:
        """Reading of 3B.6: of the same customer or car, at any shop of the company; the day before is early."""
        day = self.told.day(site, row["scheduled_at"])
        first, last = day - timedelta(days=1), day + timedelta(days=self.told.options.no_show_grace_days)
        days = [one.shop.business_date(one.data["opened_at"]) for one in self.orders_of(row)]
        return any(first <= one <= last for one in days)


def no_show(told: Told, sites: Collection[str] | None = None) -> dict[str, Row]:
    book = Book(told)
    mine = [(site, row) for site, row in told.rows("appointment") if sites is None or site in sites]
    found = [(site, row, book.outcome(site, row)) for site, row in mine]
    return {
        row["appointment_id"]: _missed(book, site, row, outcome)
        for site, row, outcome in found
        if outcome in ("no_show", "missing")
    }


def _missed(book: Book, site: str, row: Row, outcome: str) -> Row:
    told, at = book.told, row["scheduled_at"]
    again = _newer(told, "appointment", row, "appointment_id")
    tasks = _newer(told, "task", row, "task_id")
    recovered = [order for order in book.orders_of(row) if order.data["opened_at"] >= at]
    return {
        "scheduled_ts": at,
        "site": site,
        "phone": told.phone(row["customer_id"]),
        "advisor": named(told, row["advisor_id"]),
        "services": row["services"],
        "source": row["source"],
        "reminders_sent": row["reminders_sent"],
        "confirmed": row["confirmed_at"] is not None,
        "status": row["status"],
        "no_show_reason_rule": "status" if outcome == "no_show" else "no_order",
        "rebooked_appointment_d": told.day(again[0][0], again[0][1]["scheduled_at"]) if again else None,
        "recovered_ro_no": recovered[0].data["ro_number"] if recovered else None,
        "follow_up_task": tasks[-1][1]["status"] if tasks else None,
    }


def _newer(told: Told, entity: str, row: Row, key: str) -> list[tuple[str, Row]]:
    """What was made for the same customer from the hour of the appointment on, the oldest first."""
    customer = told.customer(row["customer_id"])
    found = [
        (site, other)
        for site, other in told.rows(entity)
        if customer and told.customer(other["customer_id"]) == customer and other["created_at"] >= row["scheduled_at"]
    ]
    return sorted(found, key=lambda pair: (pair[1]["created_at"], pair[1][key]))


@dataclass(frozen=True)
class Happened:
    """A session, a booking on the day it was made, or an appointment on the day it was for."""

    kind: str
    row: Row
    outcome: str | None = None
    lead: int = 0
    after_hours: bool = False
    is_new: bool = False
    sales: tuple[Sale, ...] = ()


def online_scheduler(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    items: list[Item[Happened]] = [
        (site, told.day(site, row["started_at"]), ("online",), Happened("session", row))
        for site, row in told.rows("scheduler_session")
    ]
    items += _bookings(told)
    rows = {key: _row(things) for key, things in grouped(told.world, periods, sites, 1, items).items()}
    return known(told, sites, "scheduler", rows)


def _bookings(told: Told) -> Iterable[Item[Happened]]:
    book, all_sales = Book(told), sales(told)
    first, linked = first_sales(all_sales), _linked(all_sales)
    for site, row in told.rows("appointment"):
        made, due = told.day(site, row["created_at"]), told.day(site, row["scheduled_at"])
        customer, source = told.customer(row["customer_id"]), (row["source"],)
        came_before = first.get(("", customer or ""))
        is_new = customer is not None and (came_before is None or came_before >= made)
        named = [f"appointment {row['appointment_id']}", f"order {row['ro_id']}"]
        sold = tuple({sale.ro_id: sale for name in named for sale in linked.get(name, ())}.values())
        late = not told.is_open_at(site, row["created_at"])
        yield site, made, source, Happened("booking", row, None, (due - made).days, late, is_new, sold)
        yield site, due, source, Happened("due", row, book.outcome(site, row))


def _linked(found: Iterable[Sale]) -> Mapping[str, list[Sale]]:
    """Sales by the appointment that they name, and by themselves."""
    linked: dict[str, list[Sale]] = defaultdict(list)
    for sale in found:
        linked[f"order {sale.ro_id}"].append(sale)
        linked[f"appointment {sale.order.data['appointment_id']}"].append(sale)
    return linked


def _row(things: Sequence[Happened]) -> Row:
    sessions = [one.row for one in things if one.kind == "session"]
    booked = [one for one in things if one.kind == "booking"]
    outcomes = [one.outcome for one in things if one.kind == "due"]
    completed = sum(bool(row["completed"]) for row in sessions)
    cancelled, rescheduled = outcomes.count("cancelled"), outcomes.count("rescheduled")
    showed, missed = outcomes.count("showed"), outcomes.count("no_show") + outcomes.count("missing")
    kept = len(outcomes) - cancelled - rescheduled
    sold = {sale.ro_id: sale for one in booked for sale in one.sales}.values()
    return _drop_offs(sessions) | {
        "sessions": len(sessions),
        "started": sum(row["completed"] or row["furthest_step"] not in (None, STEPS[0]) for row in sessions),
        "completed": completed,
        "booking_rate": div(completed, len(sessions)),
        "bookings": len(booked),
        "scheduled": len(outcomes),
        "cancelled": cancelled,
        "rescheduled": rescheduled,
        "no_show": missed,
        "showed": showed,
        "show_rate": div(showed, kept),
        "no_show_rate": div(missed, kept),
        "avg_lead_days": average([one.lead for one in booked]),
        "after_hours_bookings": sum(one.after_hours for one in booked),
        "new_customer_bookings": sum(one.is_new for one in booked),
        "booked_hours": sum((one.row["booked_hours"] or Decimal(0) for one in booked), Decimal(0)),
        "booked_sales": sum((sale.money["total_ex_tax"] for sale in sold), ZERO),
    }


def _drop_offs(sessions: Sequence[Row]) -> Row:
    """Where those left who booked nothing."""
    left = [row["furthest_step"] for row in sessions if not row["completed"]]
    return {f"dropoff_{step}": left.count(step) for step in STEPS}
