"""Entries of a made-up company that a test writes by hand, each after the pattern of the last of its kind.

Keep out: which entries, and why (boundaries.py)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from connectors.simulator.company import World
from connectors.simulator.events import Event

SHOP = "chi"
FIRST = 9_000_001
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
NOTHING = Decimal("0.00")


@dataclass
class Desk:
    """Writes entries of one shop, each after the last of its kind."""

    world: World
    made: list[Event] = field(default_factory=list)
    people: int = 0
    site: str = SHOP

    def __post_init__(self) -> None:
        self.patterns = {event.entity: event for event in self.world.events if event.site == SHOP and _is_plain(event)}

    def at(self, day: int, since: timedelta = 16 * HOUR) -> datetime:
        """So long after midnight UTC of a day, counted from the company's first."""
        return datetime.combine(self.world.company.start + timedelta(days=day), time(), UTC) + since

    def day(self, at: datetime) -> date:
        return self.world.company.site(self.site).business_date(at)

    def write(self, entity: str, when: datetime, key: str, /, **own: Any) -> None:
        pattern = self.patterns[entity]
        place = {"site": self.site} if "site" in pattern.data else {}
        self.made.append(replace(pattern, at=when, site=self.site, key=key, data={**pattern.data, **place, **own}))

    def person(self, since: datetime, email: str | None = None) -> str:
        """A card with a number and a car that nobody else has."""
        self.people += 1
        key = str(FIRST + self.people)
        self.write("customer", since, key, customer_id=key, first_name=f"Guest {self.people}", last_name="Punctual",
                   phones=phone(key), email=email, created_at=since, updated_at=since)  # fmt: skip
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
        worth: dict[str, Any] = {name: NOTHING for name in data["lines"][0] if name.endswith("_amount")}
        worth |= {"technician_ids": None} if self.site != SHOP else {}
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

    def book(self, customer: str, created: datetime, scheduled: datetime, status: str = "booked", **more: Any) -> str:
        key = str(FIRST + len(self.made))
        own = {"appointment_id": key, "customer_id": customer, "vehicle_id": customer, "created_at": created}
        own |= {"scheduled_at": scheduled, "status": status, "source": "online", "updated_at": created}
        blank = dict.fromkeys(("ro_id", "reschedule_of_id", "confirmed_at"))
        self.write("appointment", created, key, **own, **blank | more)
        return key

    def touch(self, customer: str, at: datetime) -> None:
        key = str(FIRST + len(self.made))
        later = dict.fromkeys(("opened_at", "clicked_at", "replied_at", "opted_out_at", "failed_at"))
        self.write("campaign_touch", at, f"service|{key}", campaign_id="service", touch_id=key, customer_id=customer,
                   recipient=phone(customer), sent_at=at, delivered_at=at, **later)  # fmt: skip

    def click(self, customer: str, at: datetime, link: str = f"{SHOP}-service") -> None:
        key = str(FIRST + len(self.made))
        self.write("link_click", at, f"{link}|{key}", link_id=link, click_id=key, at=at, recipient=phone(customer),
                   user_agent="Mozilla/5.0 (iPhone)")  # fmt: skip

    def task(self, customer: str | None, created: datetime, due: datetime | None, *ends: datetime) -> None:
        """Held by nobody; completed at each of `ends`, and opened again an hour after all but the last."""
        key, closed = str(FIRST + len(self.made)), ends[-1] if ends else None
        self.write("task", closed or created, key, task_id=key, customer_id=customer, ro_id=None, created_at=created,
                   due_at=due, status="completed" if closed else "open", closed_at=closed, closed_by_id=None,
                   assigned_to_id=None, disposition=None, updated_at=closed or created)  # fmt: skip
        steps = [
            ("created", created),
            *(("completed", at) for at in ends),
            *(("reopened", at + HOUR) for at in ends[:-1]),
        ]
        for place, (kind, at) in enumerate(steps):
            self.write("task_event", at, f"{key}|{key}{place}", task_id=key, event_id=f"{key}{place}", type=kind,
                       at=at, by_id=None, from_id=None, to_id=None)  # fmt: skip


def phone(customer: str) -> str:
    return f"+1312999{customer[-4:]}"


def _is_plain(event: Event) -> bool:
    """Of orders those that are done, of customers those who are private people and pay taxes."""
    if event.entity == "repair_order" and (event.data["status"] != "closed" or event.data["refund_of_ro_id"]):
        return False
    return event.action == "saved" and not (event.entity == "customer" and event.data["company_name"])
