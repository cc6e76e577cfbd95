"""Rows of a made-up company that fall on a boundary to the second or the day: the last instant of a window, the minute of
opening. Each has a customer of its own, of whom nothing else is told. Keep out: what is merely rare (rarities.py)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from connectors.simulator.company import World
from connectors.simulator.events import Event

SHOP = "chi"
WINDOW = timedelta(days=30)  # conversion_window_days, campaign_window_days
FIRST = 9_000_001
TUESDAY = 13  # a day on which the shop works as ever, counted from the first
OPENS, CLOSES = timedelta(hours=14), timedelta(hours=24)  # of the shop's winter, from midnight UTC
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
NOTHING = Decimal("0.00")


def with_boundaries(world: World) -> World:
    desk = Desk(world)
    for write in (_windows, _known, _hours, _appointments, _links, _campaigns, _tasks, _returns):
        write(desk)
    return replace(world, events=sorted([*world.events, *desk.made], key=lambda event: event.at))


@dataclass
class Desk:
    """Writes entries of one shop, each after the last of its kind."""

    world: World
    made: list[Event] = field(default_factory=list)
    people: int = 0

    def __post_init__(self) -> None:
        self.patterns = {event.entity: event for event in self.world.events if event.site == SHOP and _is_plain(event)}

    def at(self, day: int, since: timedelta = 16 * HOUR) -> datetime:
        """So long after midnight UTC of a day, counted from the company's first."""
        return datetime.combine(self.world.company.start + timedelta(days=day), time(), UTC) + since

    def day(self, at: datetime) -> date:
        return self.world.company.site(SHOP).business_date(at)

    def write(self, entity: str, when: datetime, key: str, /, **own: Any) -> None:
        pattern = self.patterns[entity]
        self.made.append(replace(pattern, at=when, key=key, data={**pattern.data, **own}))

    def person(self, since: datetime) -> str:
        """A card with a number and a car that nobody else has."""
        self.people += 1
        key = str(FIRST + self.people)
        self.write("customer", since, key, customer_id=key, first_name=f"Guest {self.people}", last_name="Punctual",
                   phones=phone(key), email=None, created_at=since, updated_at=since)  # fmt: skip
        self.write("vehicle", since, key, vehicle_id=key, customer_id=key, vin=f"1HGCM8263{key}X", updated_at=since)
        return key

    def call(self, number: str, at: datetime, **own: Any) -> None:
        key = str(FIRST + len(self.made))
        said = {"call_id": key, "from_number": number, "direction": "in", "status": "missed", "entry_point": "open"}
        said |= {"started_at": at, "answered_at": None, "ended_at": at + 20 * SECOND, "updated_at": at + 20 * SECOND}
        said |= {"extension": None, "employee_id": None, "is_spam": False, "legs": [], "steps": [], **own}
        self.write("call", at + 20 * SECOND, key, **said)

    def order(self, customer: str, opened: datetime, days: int = 0, **more: Any) -> str:
        """A car looked at for nothing, closed so many days after."""
        key, closed = str(FIRST + len(self.made)), opened + timedelta(days=days) + 2 * HOUR
        data = self.patterns["repair_order"].data
        free = dict.fromkeys((name for name in data if name.startswith("header_")), NOTHING)
        worth = {name: NOTHING for name in data["lines"][0] if name.endswith("_amount")}
        lines = [{**data["lines"][0], **worth, "ro_id": key, "line_id": f"{key}1", "job_id": None}]
        own = {"ro_id": key, "ro_number": key, "customer_id": customer, "vehicle_id": customer, "opened_at": opened}
        own |= {
            "closed_at": closed,
            "closed_date": self.day(closed),
            "updated_at": closed,
            "pay_types": "customer",
        } | more
        self.write("repair_order", closed, key, **free, **own, lines=lines, jobs=[], taxes=[])
        for place, (was, became, at) in enumerate(((None, "open", opened), ("open", "closed", closed))):
            self.write("ro_status_event", at, f"{key}{place}", ro_id=key, event_id=f"{key}{place}", from_status=was,
                       to_status=became, at=at)  # fmt: skip
        return key

    def book(self, customer: str, created: datetime, scheduled: datetime, status: str = "booked") -> None:
        key = str(FIRST + len(self.made))
        self.write("appointment", created, key, appointment_id=key, customer_id=customer, vehicle_id=customer,
                   created_at=created, scheduled_at=scheduled, status=status, ro_id=None, reschedule_of_id=None,
                   source="online", confirmed_at=None, updated_at=created)  # fmt: skip

    def touch(self, customer: str, at: datetime) -> None:
        key = str(FIRST + len(self.made))
        later = dict.fromkeys(("opened_at", "clicked_at", "replied_at", "opted_out_at", "failed_at"))
        self.write("campaign_touch", at, f"service|{key}", campaign_id="service", touch_id=key, customer_id=customer,
                   recipient=phone(customer), sent_at=at, delivered_at=at, **later)  # fmt: skip

    def click(self, customer: str, at: datetime, link: str = f"{SHOP}-service") -> None:
        key = str(FIRST + len(self.made))
        self.write("link_click", at, f"{link}|{key}", link_id=link, click_id=key, at=at, recipient=phone(customer),
                   user_agent="Mozilla/5.0 (iPhone)")  # fmt: skip

    def task(
        self, customer: str | None, created: datetime, due: datetime | None, closed: datetime | None = None
    ) -> None:
        """Held by nobody; completed where it says when."""
        key, status = str(FIRST + len(self.made)), "completed" if closed else "open"
        self.write("task", closed or created, key, task_id=key, customer_id=customer, ro_id=None, created_at=created,
                   due_at=due, status=status, closed_at=closed, closed_by_id=None, assigned_to_id=None,
                   disposition=None, updated_at=closed or created)  # fmt: skip
        for place, (kind, at) in enumerate((("created", created), ("completed", closed))):
            if at:
                self.write("task_event", at, f"{key}|{key}{place}", task_id=key, event_id=f"{key}{place}", type=kind,
                           at=at, by_id=None, from_id=None, to_id=None)  # fmt: skip


def phone(customer: str) -> str:
    return f"+1312999{customer[-4:]}"


def _is_plain(event: Event) -> bool:
    """Of orders those that are done, of customers those who are private people and pay taxes."""
    if event.entity == "repair_order" and (event.data["status"] != "closed" or event.data["refund_of_ro_id"]):
        return False
    return event.action == "saved" and not (event.entity == "customer" and event.data["company_name"])


def _windows(desk: Desk) -> None:
    """Who calls for the first time, and books or comes at that very second, or at the last one that counts."""
    for day, wait in ((1, timedelta()), (2, WINDOW)):
        for minutes in (0, 30):
            called = desk.at(day) + timedelta(minutes=minutes)
            guest = desk.person(called + SECOND)
            desk.call(phone(guest), called)
            if minutes:
                desk.order(guest, called + wait)
            else:
                desk.book(guest, called + wait, called + wait + timedelta(days=2))
    late = desk.world.as_of - WINDOW
    guest = desk.person(late + SECOND)
    desk.call(phone(guest), late)
    desk.order(guest, late + timedelta(days=2))


def _known(desk: Desk) -> None:
    """Whose card is written as he calls; who calls as his car comes in; a call back after just a day."""
    guest = desk.person(desk.at(5))
    desk.call(phone(guest), desk.at(5))
    regular = desk.person(desk.at(2))
    desk.order(regular, desk.at(3))
    desk.call(phone(regular), desk.at(3))
    undated = desk.person(desk.at(2))  # nobody wrote down when his car came and went: that day he has been there yet
    desk.order(undated, desk.at(8), opened_at=None, closed_at=None)
    for day in (8, 9):
        desk.call(phone(undated), desk.at(day))
    own = desk.patterns["call"].data["to_number"]
    missed = desk.person(desk.at(4))
    desk.call(phone(missed), desk.at(12))
    desk.call(own, desk.at(13), direction="out", to_number=phone(missed), status="answered", answered_at=desk.at(13))


def _hours(desk: Desk) -> None:
    """Calls, bookings and changes at the minute of opening and of closing; one is called back as the shop closes."""
    own = desk.patterns["call"].data["to_number"]
    for since in (OPENS, CLOSES):
        guest = desk.person(desk.at(1))
        desk.call(phone(guest), desk.at(TUESDAY, since), entry_point="closed")
        desk.book(guest, desk.at(TUESDAY, since), desk.at(TUESDAY + 2))
        key = str(FIRST + len(desk.made))
        desk.write("audit_event", desk.at(TUESDAY, since), key, event_id=key, at=desk.at(TUESDAY, since))
    guest = desk.person(desk.at(1))
    desk.call(phone(guest), desk.at(TUESDAY, CLOSES + HOUR), entry_point="closed")
    desk.call(own, desk.at(TUESDAY + 1, CLOSES), direction="out", to_number=phone(guest), status="missed")


def _appointments(desk: Desk) -> None:
    """Who comes the day before, or as late as is allowed, or books on the day on which he came first; who is looked
    after at the very second at which he should have come."""
    for day in (-1, 1):
        guest = desk.person(desk.at(15))
        desk.book(guest, desk.at(16), desk.at(20))
        desk.order(guest, desk.at(20 + day))
    guest = desk.person(desk.at(20))
    desk.book(guest, desk.at(20), desk.at(22))
    desk.order(guest, desk.at(20) + HOUR)
    missing = desk.person(desk.at(10))
    due = desk.at(15)
    desk.book(missing, desk.at(11), due, status="no_show")
    desk.book(missing, due, desk.at(25))
    desk.order(missing, due)
    desk.task(missing, due, None)


def _links(desk: Desk) -> None:
    """Clicks as fast as a person can be, as the second message goes out, and as late as they count."""
    for waits in ((SECOND,), (2 * SECOND,)):
        guest = desk.person(desk.at(1))
        desk.touch(guest, desk.at(10))
        for wait in waits:
            desk.click(guest, desk.at(10) + wait)
    guest = desk.person(desk.at(1))
    desk.touch(guest, desk.at(10))
    desk.touch(guest, desk.at(12))
    desk.click(guest, desk.at(12))
    for wait in (timedelta(), WINDOW):
        guest = desk.person(desk.at(1))
        desk.touch(guest, desk.at(3))
        desk.click(guest, desk.at(3) + HOUR)
        desk.book(guest, desk.at(3) + HOUR + wait, desk.at(38))
    _paid_as_he_clicks(desk)


def _paid_as_he_clicks(desk: Desk) -> None:
    guest = desk.person(desk.at(1))
    order, sent, paid = desk.order(guest, desk.at(5)), desk.at(5) + HOUR, desk.at(5) + 2 * HOUR
    text = str(FIRST + len(desk.made))
    desk.write("message", sent, text, message_id=text, customer_id=guest, ro_id=order, conversation_id=f"c{guest}",
               direction="out", channel="sms", sent_at=sent, delivered_at=sent, failed_at=None)  # fmt: skip
    asked = {"request_id": text, "ro_id": order, "amount": Decimal("20.00"), "sent_at": sent, "status": "paid"}
    asked |= {"paid_at": paid, "paid_amount": Decimal("20.00"), "refunded_amount": NOTHING, "processor_txn_id": None}
    desk.write("payment_request", paid, text, **asked, updated_at=paid)
    desk.write("link", sent, f"pay{text}", link_id=f"pay{text}", campaign_id=None, message_id=text)
    desk.click(guest, paid, f"pay{text}")


def _campaigns(desk: Desk) -> None:
    """Who gets a letter as his car comes in; who books as he gets it, or on the last day that it is credited with."""
    here = desk.person(desk.at(1))
    desk.order(here, desk.at(6), days=1)
    desk.touch(here, desk.at(6))
    desk.book(here, desk.at(9), desk.at(30))
    for wait in (timedelta(), WINDOW):
        guest = desk.person(desk.at(1))
        desk.touch(guest, desk.at(4))
        desk.book(guest, desk.at(4) + wait, desk.at(38))


def _tasks(desk: Desk) -> None:
    """Made as the car comes in, or 30 days before; done when due; made at the instant of the last look."""
    for wait in (timedelta(), WINDOW):
        guest = desk.person(desk.at(1))
        desk.task(guest, desk.at(4), desk.at(5))
        desk.order(guest, desk.at(4) + wait)
    desk.task(None, desk.at(6), desk.at(7), closed=desk.at(7))
    desk.task(None, desk.world.as_of, None)


def _returns(desk: Desk) -> None:
    """A car that is back after just thirty days."""
    guest = desk.person(desk.at(1))
    for day in (2, 32):
        desk.order(guest, desk.at(day))
