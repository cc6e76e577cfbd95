"""User Activity (REPORTS 3F.1): each change that somebody made, and the day of each person.

Keep out: what a change did to figures (restatements)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from oracle.feeds import known
from oracle.periods import Item, Period, Rows, grouped
from oracle.told import Told

SYSTEMS = frozenset({"integration", "api", "system"})
MONEY = ("header_", "amount", "price", "cost", "total", "discount")
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
    return [_act(told, site, row) for site, row in told.rows("audit_event")]


def _act(told: Told, site: str, row: Row) -> Act:
    after_hours = not told.is_open_at(site, row["at"])
    return Act(site, told.day(site, row["at"]), told.person(row["user_id"]), row, _after_close(told, row), after_hours)


def _of_order(row: Row) -> bool:
    return bool(row["entity_type"] == "repair_order")


def _after_close(told: Told, row: Row) -> bool:
    """Reading of 3F.1 "after its close": the change of state before it had left the order closed; what is written in
    the instant of the close, and while the order is open again, is not after it."""
    steps = [step for _, step in told.status_events.get(row["entity_id"], ()) if step["at"] < row["at"]]
    last = max(steps, key=lambda step: (step["at"], step["event_id"]), default=None)
    return _of_order(row) and last is not None and last["to_status"] == "closed"


def user_activity(told: Told, sites: Collection[str] | None = None) -> dict[str, Row]:
    found = [act for act in acts(told) if sites is None or act.site in sites]
    return {act.row["event_id"]: _event(told, act) for act in found}


def _event(told: Told, act: Act) -> Row:
    row = act.row
    return {name: row[name] for name in ("entity_type", "entity_id", "action", "field", "old_value", "new_value", "ip")} | {
        "ts": row["at"],
        "user_name": told.world.employees.get(row["user_id"], {}).get("name") or row["user_name"],
        "role": told.world.employees.get(row["user_id"], {}).get("role"),
        "site": act.site,
        "ro_number": told.ro_numbers.get(row["entity_id"]) if _of_order(row) else None,
        "amount_delta": amount_delta(row),
        "client": row["via"],
        "old_known": row["old_value"] is not None,
        "is_system": row["via"] in SYSTEMS or (row["user_id"] is None and row["user_name"] == "system"),
        "after_close": act.after_close,
        "after_hours": act.after_hours,
    }  # fmt: skip


def amount_delta(row: Row) -> Decimal | None:
    """Reading of 3F.1: of a field of money by its name, when both values are told and are numbers."""
    if not any(part in (row["field"] or "") for part in MONEY):
        return None
    try:
        return Decimal(row["new_value"]) - Decimal(row["old_value"])
    except (InvalidOperation, TypeError):
        return None


def user_activity_daily(told: Told, periods: Sequence[Period], sites: Collection[str] | None = None) -> Rows:
    items: list[Item[Act]] = [(act.site, act.day, (act.user,), act) for act in acts(told)]
    rows = {key: _daily(found) for key, found in grouped(told.world, periods, sites, 1, items).items()}
    return known(told, sites, "audit", rows)


def _daily(found: Sequence[Act]) -> Row:
    return {
        "events": len(found),
        "entities": len(
            {(act.site, act.row["entity_type"], act.row["entity_id"]) for act in found if act.row["entity_id"]}
        ),
        "after_close_edits": sum(act.after_close for act in found),
        "after_hours_events": sum(act.after_hours for act in found),
        "distinct_ips": len({act.row["ip"] for act in found if act.row["ip"]}),
    }
