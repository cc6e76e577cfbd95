"""What is looked at and shown: inspections, photos and videos of a car, and who takes part in its repair order.

Belongs here: inspection, media, media_event, ro_participant. Keep out: texts and requests for money (messages)."""

from __future__ import annotations

from datetime import datetime

from connectors.simulator.office import Office, Visit


def inspect(office: Office) -> None:
    office.system("inspections")
    for visit in office.visits():
        participants(office, visit)
        if office.chance(0.7):
            _inspection(office, visit)
        if office.chance(0.45):
            _show(office, visit)


def participants(office: Office, visit: Visit) -> None:
    """Everyone who worked on it; of one repair order in twenty nobody knows."""
    if office.chance(0.05):
        return
    people = {visit.ro["advisor_id"]: "advisor"} | dict.fromkeys(visit.technicians, "technician")
    if office.chance(0.1):
        people[office.staff["manager"][0]["employee_id"]] = "manager"
    at = visit.opened
    for employee, role in people.items():
        at = office.after(at, 1, 15)
        office.save(at, "ro_participant", f"{visit.ro['ro_id']}|{employee}", ro_id=visit.ro["ro_id"],
                    employee_id=employee, role=role, added_at=at)  # fmt: skip


def _inspection(office: Office, visit: Visit) -> None:
    rng = office.rng
    technician = (visit.technicians or [rng.choice(office.staff["technician"])["employee_id"]])[0]
    key, start = office.next_id("inspection"), office.after(visit.opened, 5, 25)
    own = {"inspection_id": key, "ro_id": visit.ro["ro_id"], "technician_id": technician, "started_at": start}
    office.save(start, "inspection", key, **own, updated_at=start)
    if office.chance(0.08):
        return  # begun and forgotten
    done = office.after(start, 12, 40)
    found = {"items_red": rng.randrange(3), "items_yellow": rng.randrange(6), "items_green": rng.randrange(20, 45)}
    office.save(done, "inspection", key, **own, **found, completed_at=done, updated_at=done)
    if office.chance(0.7):
        sent = office.after(done, 1, 12)
        office.save(sent, "inspection", key, **own, **found, completed_at=done, sent_at=sent, updated_at=sent)


def _show(office: Office, visit: Visit) -> None:
    """Photos mostly, videos often, both sometimes. One in thirty is taken away again after it was shown."""
    rng = office.rng
    at = office.after(visit.opened, 8, 40)
    for kind in rng.choices(("photo", "video"), (55, 45), k=rng.choice((1, 1, 2, 3))):
        key, by = office.next_id("media"), (visit.technicians or [visit.ro["advisor_id"]])[0]
        own = {"media_id": key, "ro_id": visit.ro["ro_id"], "kind": kind, "created_by_id": by, "created_at": at}
        office.save(at, "media", key, **own, deleted=False)
        if office.chance(0.75):
            _sent(office, key, kind, at)
        if office.chance(0.03):
            office.save(office.after(at, 60, 300), "media", key, **own, deleted=True)
        at = office.after(at, 1, 6)


def _sent(office: Office, media: str, kind: str, made: datetime) -> None:
    sent = office.after(made, 1, 15)
    _event(office, media, "sent", sent, None)
    for viewer in ("customer", "customer", "advisor"):
        if kind == "video" and office.chance(0.4):
            _event(office, media, "viewed", office.after(sent, 2, 180), viewer)


def _event(office: Office, media: str, kind: str, at: datetime, viewer: str | None) -> None:
    office.save(at, "media_event", f"{media}|{kind}|{at.isoformat()}", media_id=media, type=kind, at=at,
                viewer=viewer)  # fmt: skip
