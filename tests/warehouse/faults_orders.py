"""Faults of repair orders: their lines, their numbers, their history.

Belongs here: what is done to the log. Keep out: payments (faults_money.py), other systems (faults_beside.py)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from warehouse.fault_expected import Expected
from warehouse.fault_log import Log, Row, Visit, in_lines

from connectors.simulator.pricing import ZERO, half_away


def header_says_more(log: Log) -> list[Expected]:
    """The header has five more of parts than the lines."""
    visit = log.visit(lambda visit: bool(visit.lines("part")))
    more = Decimal("5.00")
    log.edit("repair_order", visit.ro["ro_id"], lambda row: {"header_parts": row["header_parts"] + more})
    return [Expected("C-02", visit.site, visit.day, visit.document, more)]


def technicians_share_too_little(log: Log) -> list[Expected]:
    """Two technicians have nine tenths of a line."""
    visit = log.visit(lambda visit: len(visit.lines("labor")) > 0)
    staff = [row for row in log.rows("employee").values() if row["site"] == visit.site]
    one, other = [row["employee_id"] for row in staff if row["role"] == "technician"][:2]
    shared = in_lines(lambda _: {"technician_ids": f"{one}:0.6;{other}:0.3"}, "labor")
    log.edit("repair_order", visit.ro["ro_id"], shared)
    return [Expected("C-04", visit.site, visit.day, visit.document, Decimal("0.1"), "warn")]


def tax_at_another_rate(log: Log) -> list[Expected]:
    """One jurisdiction's rate is one percent more than it was charged at: less than a dollar."""
    return _taxed(log, lambda diff: Decimal("0.20") < diff < Decimal("0.95"), "warn")


def tax_far_from_its_rate(log: Log) -> list[Expected]:
    return _taxed(log, lambda diff: diff > Decimal("1.50"), "fail")


def _taxed(log: Log, wanted: Callable[[Decimal], bool], status: str) -> list[Expected]:
    visit = log.visit(lambda visit: bool(visit.ro["taxes"]) and wanted(_too_much(visit.ro["taxes"][0])))

    def dearer(row: Row) -> Row:
        first, *rest = row["taxes"] or [None]
        return {"taxes": [{**first, "rate": first["rate"] + Decimal("0.01")}, *rest]} if first else {}

    log.edit("repair_order", visit.ro["ro_id"], dearer)
    return [Expected("C-05", visit.site, visit.day, visit.document, _too_much(visit.ro["taxes"][0]), status)]


def _too_much(tax: Row) -> Decimal:
    return half_away(tax["taxable_base"] * (tax["rate"] + Decimal("0.01"))) - Decimal(tax["tax_amount"])


def refund_of_nothing(log: Log) -> list[Expected]:
    """Money back, and nobody knows for which order nor to whom."""
    site, day, key, row = log.one(
        "repair_order", lambda row: row["refund_of_ro_id"] is not None, lambda row: row["closed_date"]
    )
    log.edit("repair_order", key, {"refund_of_ro_id": None, "customer_id": None, "vehicle_id": None})
    return [Expected("C-13", site, day, f"RO {row['ro_number']}", None, "warn")]


def number_missing(log: Log) -> list[Expected]:
    """A voided order never arrives: its number is missed on the day on which the next one is opened."""
    numbers = {(row["site"], row["ro_number"]): row for row in log.rows("repair_order").values()}

    def next_day(row: Row) -> date | None:
        following = numbers.get((row["site"], str(int(row["ro_number"]) + 1)))
        return log.day(row["site"], following["opened_at"]) if following else None

    site, day, key, row = log.one("repair_order", lambda row: row["status"] == "void", next_day)
    log.drop(lambda event: key in (event.data.get("ro_id"), event.data.get("entity_id")))
    return [Expected("C-14", site, day, f"RO {row['ro_number']}")]


def one_order_more_printed(log: Log) -> list[Expected]:
    """The shop's own report of the day counts one order more than arrived."""
    more = Decimal("1.00")
    site, day, key, _ = log.one(
        "control_total", lambda row: row["name"] == "ro_count", lambda row: row["business_date"]
    )
    log.edit("control_total", key, lambda row: {"value": row["value"] + more})
    return [Expected("C-15", site, day, "line ro_count", more)]


def close_without_event(log: Log) -> list[Expected]:
    """Closed, and its history says that it is still open."""
    visit = log.visit(lambda visit: True)
    event = log.status_event(visit.ro["ro_id"], "closed")
    log.drop(lambda one: one.entity == "ro_status_event" and one.key == event)
    return [Expected("C-21", visit.site, visit.day, visit.document)]


def part_without_cost(log: Log) -> list[Expected]:
    """A part that was sold, and cost nothing; nothing was bought for the order."""
    visit = log.visit(lambda visit: bool(visit.lines("part")) and visit.lines("part")[0]["net_amount"] > 0)
    log.edit("repair_order", visit.ro["ro_id"], in_lines(lambda _: {"cost_amount": ZERO}, "part"))
    log.events = [
        event for event in log.events if event.entity != "purchase_line" or event.data["ro_id"] != visit.ro["ro_id"]
    ]
    return [Expected("C-27", visit.site, visit.day, visit.document, None, "warn")]


GIVEN = ("discount", "coupon", "package_discount")


def discount_without_reason(log: Log) -> list[Expected]:
    def like(visit: Visit) -> bool:
        return len(visit.lines(*GIVEN)) == 1

    visit = log.visit(like)
    log.edit("repair_order", visit.ro["ro_id"], in_lines(lambda _: {"description": None}, *GIVEN))
    return [Expected("C-30", visit.site, visit.day, visit.document, None, "warn")]
