"""The log of who did what in the shop's system: logins, new orders, edits, closes, voids, reopens.

Belongs here: audit_event, made of the states of repair orders. Keep out: the orders themselves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from connectors.simulator.days import instant
from connectors.simulator.events import plain
from connectors.simulator.office import Office, Visit

FIELDS = ("status", "header_total", "header_discount", "odometer_in", "closed_date")
ACTIONS = {"closed": "close", "void": "void"}


def audit(office: Office) -> None:
    office.system("audit")
    names = {row["employee_id"]: row["name"] for people in office.staff.values() for row in people}
    for visit in office.all_visits.values():
        _edits(office, visit, names)
    for day in office.days:
        for who in names.items():
            if office.chance(0.5):
                _log(office, _morning(office, day), who, "session", who[0], "login")
    for day in office.days[6::7]:
        at = instant(office.site, day, 3 * 60)
        _log(office, at, (None, "system"), "report", "nightly", "export", via="integration")


def _morning(office: Office, day: date) -> datetime:
    return instant(office.site, day, office.rng.randrange(7 * 60, 9 * 60), office.rng.randrange(60))


def _edits(office: Office, visit: Visit, names: dict[str, str]) -> None:
    """The first state creates the order; each later one changes some of its fields."""
    before = None
    for event in visit.states:
        user = event.data["updated_by"]
        who = (user, names.get(user, "unknown"))
        if before is None:
            _log(office, event.at, who, "repair_order", event.key, "create")
        else:
            for field in FIELDS:
                if before[field] != event.data[field]:
                    said: dict[str, Any] = {
                        "field": field,
                        "old_value": _text(before[field]),
                        "new_value": _text(event.data[field]),
                    }
                    _log(office, event.at, who, "repair_order", event.key, _action(field, before, event.data), **said)
        before = event.data


def _action(field: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    if field == "header_discount":
        return "discount"
    if field != "status":
        return "update"
    return "reopen" if before["status"] == "closed" else ACTIONS.get(after["status"], "update")


def _text(value: Any) -> str | None:
    return None if value is None else plain(value).strip('"')


def _log(office: Office, at: datetime, who: tuple[str | None, str], kind: str, entity: str, action: str,
         via: str = "desktop", **said: str | None) -> None:  # fmt: skip
    key = office.next_id("audit")
    address = None if via == "integration" else f"10.0.{office.base // 1_000_000 % 250}.{office.rng.randrange(2, 9)}"
    office.save(at, "audit_event", key, event_id=key, site=office.site.id, user_id=who[0], user_name=who[1], at=at,
                entity_type=kind, entity_id=entity, action=action, ip=address, via=via, **said)  # fmt: skip
