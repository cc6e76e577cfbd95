"""Faults of the systems beside the shop's own: telephone, tasks, purchases, time clock.

Belongs here: what is done to the log. Keep out: orders and money (faults_orders.py, faults_money.py)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal

from warehouse.fault_expected import Expected
from warehouse.fault_log import Log, Row

MORE = Decimal("1.00")


def after_hours_at_noon(log: Log) -> list[Expected]:
    """Sent to the night menu while the shop was open."""
    site, day, key, _ = _call(log, lambda row: row["entry_point"] == "open" and row["status"] == "answered")
    log.edit("call", key, {"entry_point": "closed"})
    return [Expected("C-16", site, day, f"call {key}", None, "warn")]


def one_call_more_printed(log: Log) -> list[Expected]:
    """The telephone system counts one call more than arrived."""
    site, day, key, _ = log.one(
        "control_total", lambda row: row["name"] == "call_count" and row["value"] > 0, lambda row: row["business_date"]
    )
    log.edit("control_total", key, lambda row: {"value": row["value"] + MORE})
    return [Expected("C-17", site, day, "line call_count", MORE)]


def answered_by_no_leg(log: Log) -> list[Expected]:
    """Answered, and no extension says that it did."""
    site, day, key, _ = _call(
        log, lambda row: row["direction"] == "in" and row["status"] == "answered" and len(row["legs"]) == 3
    )
    log.edit("call", key, {"legs": []})
    return [Expected("C-18", site, day, f"call {key}", MORE, "warn")]


def a_step_is_missing(log: Log) -> list[Expected]:
    """It was in the ring group, then in the mailbox, and in between somewhere that nobody wrote down."""
    site, day, key, _ = _call(log, lambda row: row["entry_point"] == "open" and len(row["steps"]) == 2)

    def skipped(row: Row) -> Row:
        return {"steps": [row["steps"][0], {**row["steps"][1], "seq": 3}]}

    log.edit("call", key, skipped)
    return [Expected("C-19", site, day, f"call {key}", None, "warn")]


def _call(log: Log, like: Callable[[Row], bool]) -> tuple[str, date, str, Row]:
    return log.one("call", like, lambda row: log.day(row["site"], row["started_at"]))


def task_done_without_event(log: Log) -> list[Expected]:
    """Done, and its history says that somebody is still at it."""
    ends: dict[str, list[tuple[str, str]]] = {}
    for key, row in log.rows("task_event").items():
        if row["type"] in ("completed", "cancelled", "reopened"):
            ends.setdefault(row["task_id"], []).append((row["type"], key))
    site, day, key, _ = log.one(
        "task",
        lambda row: row["status"] == "completed" and len(ends[row["task_id"]]) == 1,
        lambda row: log.day(row["site"], row["closed_at"]),
    )
    event = ends[key][0][1]
    log.drop(lambda one: one.entity == "task_event" and one.key == event)
    return [Expected("C-20", site, day, f"task {key}", MORE)]


def part_for_a_void_order(log: Log) -> list[Expected]:
    """A part was bought for an order that was given up."""
    site, day, _, row = log.one(
        "repair_order", lambda row: row["status"] == "void", lambda row: log.day(row["site"], row["opened_at"])
    )
    cost = Decimal("40.00")
    _bought(log, site, day, "bought-1", row["ro_id"], unit_cost=cost, is_return=False, core_credit=Decimal("0.00"))
    return [Expected("C-28", site, day, "purchase bought-1", cost, "warn")]


def core_credited_for_nothing(log: Log) -> list[Expected]:
    """The supplier takes a core back for an order that was charged none."""
    visit = log.visit(lambda visit: not visit.lines("part"))
    core, nothing = Decimal("15.00"), Decimal("0.00")
    _bought(
        log, visit.site, visit.day, "core-1", visit.ro["ro_id"], unit_cost=nothing, is_return=True, core_credit=core
    )
    return [Expected("C-29", visit.site, visit.day, visit.document, core, "warn")]


def _bought(log: Log, site: str, day: date, purchase: str, order: str, **columns: object) -> None:
    at = datetime.combine(day, time(13), log.world.company.site(site).zone)
    own = {"purchase_id": purchase, "line_id": "1", "site": site, "ro_id": order, "invoice_date": day}
    part = {"supplier_id": "1", "supplier_name": "NAPA", "part_number": "X-1", "quantity": Decimal("1.00")}
    log.save(at, site, "purchase_line", f"{purchase}|1", **own, **part, **columns)


def nobody_clocked_out(log: Log) -> list[Expected]:
    site, day, key, _ = log.one(
        "time_card", lambda row: row["out_at"] is not None, lambda row: log.day(row["site"], row["in_at"])
    )
    log.edit("time_card", key, {"out_at": None, "hours": None, "approved": False})
    return [Expected("C-34", site, day, f"card {key}", None, "warn")]
