"""The calendar of appointments and the online scheduler that fills a part of it.

Belongs here: appointment, appointment_event, scheduler_session. Keep out: the visit that comes of it (stories)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from connectors.simulator.days import instant
from connectors.simulator.office import Office, Row, Visit

STEPS = ("services", "time", "contact", "confirm")
REFERRERS = ("website", "google", "text message", None)
HALF_HOURS = tuple(range(8 * 60, 16 * 60, 30))


def book(office: Office) -> None:
    office.system("appointments")
    for visit in office.visits():
        if office.chance(0.35):
            _kept(office, visit)
    for day in office.days:
        for _ in range(office.rng.choice((0, 0, 1, 1, 2))):
            _not_kept(office, instant(office.site, day, office.rng.choice(HALF_HOURS)))
        for _ in range(office.rng.randrange(4)):
            start = instant(office.site, day, office.rng.randrange(7 * 60, 22 * 60))
            _session(office, start, office.rng.choice(STEPS[:3]), None)


def _kept(office: Office, visit: Visit) -> None:
    """Booked some days ahead; the car comes within an hour of it. One in ten had been put off once."""
    minutes = office.rng.randrange(-20, 45)
    due = visit.opened - timedelta(minutes=minutes, seconds=visit.opened.second)
    made = office.after(due, -9 * 1440, -60)
    if office.site.business_date(made) < office.company.start:
        return
    own = {"customer_id": visit.ro["customer_id"], "vehicle_id": visit.ro["vehicle_id"],
           "services": ";".join(job["title"] for job in visit.ro["jobs"][:1])}  # fmt: skip
    if office.chance(0.1):
        first = _appointment(office, made, due - timedelta(days=1), own)
        moved = office.after(made, 5, 50)
        _happens(office, first, "rescheduled", moved)
        own, made = own | {"reschedule_of_id": first["appointment_id"]}, moved
    row = _appointment(office, made, due, own)
    _remind(office, row)
    row["ro_id"] = visit.ro["ro_id"]
    _happens(office, row, "arrived", max(visit.opened, row["updated_at"]))


def _not_kept(office: Office, due: datetime) -> None:
    """Cancelled, or nobody came."""
    made = office.after(due, -6 * 1440, -90)
    known = [event.data for event in office.customers.values() if event.at < made]
    if not known:
        return
    own = {"customer_id": office.rng.choice(known)["customer_id"], "services": "Oil and filter change"}
    row = _appointment(office, made, due, own)
    _remind(office, row)
    if office.chance(0.4):
        _happens(office, row, "cancelled", max(office.after(due, -600, -30), row["updated_at"]))
    elif office.chance(0.8):  # the rest is never marked: the report finds out by itself
        _happens(office, row, "no_show", due + timedelta(hours=9))


def _appointment(office: Office, made: datetime, due: datetime, own: Row) -> Row:
    source = office.rng.choices(("online", "phone", "walk_in"), (35, 55, 10))[0]
    row = {"appointment_id": office.next_id("appointment"), "site": office.site.id, "source": source, **own}
    row |= {"scheduled_at": due, "created_at": made, "booked_hours": Decimal(office.rng.randrange(5, 40)).scaleb(-1)}
    row |= {"advisor_id": office.advisor() if office.chance(0.8) else None, "reminders_sent": 0, "deleted": False}
    if source == "online":
        start = office.after(made, -12, -2)
        _session(office, start, "confirm", row["appointment_id"], made)
    _happens(office, row, "created", made)
    return row


def _session(office: Office, start: datetime, step: str, appointment: str | None, end: datetime | None = None) -> None:
    key = office.next_id("session")
    office.save(end or start, "scheduler_session", key, session_id=key, site=office.site.id, started_at=start,
                furthest_step=step, completed=appointment is not None, appointment_id=appointment,
                referrer=office.rng.choice(REFERRERS))  # fmt: skip


def _remind(office: Office, row: Row) -> None:
    """A day before, if there is time for it; two of three confirm."""
    at = row["scheduled_at"] - timedelta(hours=24)
    if at <= row["updated_at"]:
        return
    row["reminders_sent"] = 1
    _happens(office, row, "reminded", at)
    if office.chance(0.66):
        row["confirmed_at"] = office.after(at, 2, 300)
        _happens(office, row, "confirmed", row["confirmed_at"])


STATUS = {"created": "booked", "reminded": "booked"}


def _happens(office: Office, row: Row, kind: str, at: datetime) -> None:
    """An event, and the appointment as it stands after it."""
    row |= {"status": STATUS.get(kind, kind), "updated_at": at}
    office.save(at, "appointment", row["appointment_id"], **row)
    event = office.next_id("appointment_event")
    office.save(at, "appointment_event", f"{row['appointment_id']}|{event}", appointment_id=row["appointment_id"],
                event_id=event, type=kind, at=at)  # fmt: skip
