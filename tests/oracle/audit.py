"""User Activity (REPORTS 3F.1): each change that somebody made, and the day of each person.

Keep out: what a change did to figures (restatements)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from oracle.periods import Item, Period, Rows, grouped
from oracle.told import Told

NOT_AN_EDIT = frozenset({"login", "logout", "export", "create"})
SYSTEMS = frozenset({"integration", "api", "system"})
MONEY_ENDS = ("_amount", "_price", "_cost", "_total")
MONEY = frozenset({"amount", "price", "cost", "total", "discount"})
Row = dict[str, Any]


@dataclass(frozen=True)
class Act:
    site: str
    day: date
    user: str
    row: Row
    after_close: bool
    after_hours: bool


def acts(told: Told) -> list[Act]:
    closed = first_closes(told)
    return [_act(told, site, row, closed) for site, row in told.rows("audit_event")]


def _act(told: Told, site: str, row: Row, closed: Mapping[str, datetime]) -> Act:
    after = row["action"] not in NOT_AN_EDIT and _of_order(row) and row["at"] > closed.get(row["entity_id"], row["at"])
    hours = not told.is_open_at(site, row["at"])
    return Act(site, told.day(site, row["at"]), told.person(row["user_id"]), row, after, hours)


def _of_order(row: Row) -> bool:
    return bool(row["entity_type"] == "repair_order")


def first_closes(told: Told) -> dict[str, datetime]:
    """Reading of 3F.1 "after its close": after the first one, also of an order that was opened again since."""
    found: dict[str, datetime] = {}
    for _, event in told.rows("ro_status_event"):
        if event["to_status"] == "closed":
            found[event["ro_id"]] = min(found.get(event["ro_id"], event["at"]), event["at"])
    return found


def user_activity(told: Told, sites: Collection[str] | None = None) -> dict[str, Row]:
    found = [act for act in acts(told) if sites is None or act.site in sites]
    return {act.row["event_id"]: _event(told, act) for act in found}


def _event(told: Told, act: Act) -> Row:
    row = act.row
    return {name: row[name] for name in ("entity_type", "entity_id", "action", "field", "old_value", "new_value", "ip")} | {
        "ts": row["at"],
        "business_date": act.day,
        "user": act.user,
        "role": told.world.employees.get(row["user_id"], {}).get("role"),
        "site": act.site,
        "ro_no": told.world.orders[row["entity_id"]].data["ro_number"] if _known_order(told, row) else None,
        "amount_delta": amount_delta(row),
        "client": row["via"],
        "old_known": row["old_value"] is not None,
        "is_system": row["user_id"] is None or row["via"] in SYSTEMS,
        "after_close": act.after_close,
        "after_hours": act.after_hours,
    }  # fmt: skip


def _known_order(told: Told, row: Row) -> bool:
    return _of_order(row) and row["entity_id"] in told.world.orders


def amount_delta(row: Row) -> Decimal | None:
    """Reading of 3F.1: of a field of money by its name, when both values are told and are numbers."""
    field = row["field"] or ""
    if not (field in MONEY or field.startswith("header_") or field.endswith(MONEY_ENDS)):
        return None
    try:
        return Decimal(row["new_value"]) - Decimal(row["old_value"])
    except (InvalidOperation, TypeError):
        return None


def user_activity_daily(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    items: list[Item[Act]] = [(act.site, act.day, (act.user,), act) for act in acts(told)]
    return {key: _daily(found) for key, found in grouped(told.world, periods, sites, 1, items).items()}


def _daily(found: Sequence[Act]) -> Row:
    return {
        "events": len(found),
        "entities": len({(act.row["entity_type"], act.row["entity_id"]) for act in found}),
        "after_close_edits": sum(act.after_close for act in found),
        "after_hours_events": sum(act.after_hours for act in found),
        "distinct_ips": len({act.row["ip"] for act in found if act.row["ip"]}),
    }
