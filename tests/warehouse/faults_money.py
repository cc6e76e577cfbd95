"""Faults of payments, drawers, processor, payouts and ledgers.

Belongs here: what is done to the log. Keep out: repair orders themselves (faults_orders.py), other systems."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

from warehouse.fault_expected import Expected
from warehouse.fault_log import Log, Visit

DAY = timedelta(days=1)
NOT_TENDERED = "what is not paid at the close breaks the day's tie-out too"


def paid_a_day_late(log: Log) -> list[Expected]:
    """Closed today, paid tomorrow, and everybody counts the money tomorrow."""

    def like(visit: Visit) -> bool:
        return visit.paid_by("cash", "check") and (visit.site, visit.day + DAY) in log.free

    visit = log.visit(like)
    row, late = visit.tenders[0], visit.day + DAY
    assert log.take((visit.site, late))
    log.later("tender", row["tender_id"], DAY)
    log.edit("tender", row["tender_id"], {"business_date": late})
    log.money(visit.site, visit.day, row["method"], -row["amount"])
    log.money(visit.site, late, row["method"], row["amount"])
    return [
        Expected("C-01", visit.site, visit.day, visit.document, -row["amount"]),
        Expected("C-01", visit.site, late, "", row["amount"], because="the money is there, and no sale of that day"),
    ]


def processor_says_more(log: Log) -> list[Expected]:
    """Ten more went through the terminal, and to the bank, than stands in the books."""
    site, day, key, txn = log.one(
        "processor_txn",
        lambda row: row["type"] == "payment" and row["payout_id"] is not None,
        lambda row: log.day(row["site"], row["processed_at"]),
    )
    more = Decimal("10.00")
    log.edit("processor_txn", key, lambda row: {name: row[name] + more for name in ("gross", "net")})
    log.edit("payout", txn["payout_id"], lambda row: {"amount": row["amount"] + more})
    log.edit("processor_txn", _transfer(txn["payout_id"]), lambda row: {x: row[x] - more for x in ("gross", "net")})
    row = next(row for row in log.rows("tender").values() if f"tx{row['tender_id']}" == key)
    assert row["business_date"] == day
    return [Expected("C-06", site, day, f"payment {row['tender_id']}", more)]


def card_twice(log: Log) -> list[Expected]:
    """One card payment arrives twice under two ids; it was charged once."""
    visit = log.visit(lambda visit: visit.paid_by("card"))
    [row] = visit.tenders
    again, at = f"{row['tender_id']}-2", row["recorded_at"] + timedelta(minutes=4)
    copy = {**row, "tender_id": again, "recorded_at": at, "updated_at": at}
    log.save(at, visit.site, "tender", again, **copy)
    paid, here = row["amount"], (visit.site, visit.day)
    return [
        Expected("C-06", *here, f"payment {row['tender_id']}", paid),
        Expected("C-01", *here, "", paid, because="the day's payments are too many by it"),
        Expected("C-12", *here, visit.document, paid, because="the order is paid twice"),
        Expected("C-26", *here, "line cards", paid, because="the shop's own report has it once"),
    ]


def _transfer(payout: str) -> str:
    return f"tr{payout[2:]}"


def payout_too_small(log: Log) -> list[Expected]:
    """The processor pays out five less than its transactions come to."""
    site, day, key, _ = log.one(
        "payout", lambda row: row["status"] == "paid" and row["amount"] > 100, lambda row: row["deposited_date"]
    )
    less = Decimal("5.00")
    log.edit("payout", key, lambda row: {"amount": row["amount"] - less})
    log.edit("processor_txn", _transfer(key), lambda row: {x: row[x] + less for x in ("gross", "net")})
    return [Expected("C-07", site, day, f"payout {key}", less)]


def drawer_short(log: Log) -> list[Expected]:
    short = Decimal("7.50")
    site, day, key, _ = log.one("cash_count", lambda row: row["counted_cash"] > 50, lambda row: row["business_date"])
    log.edit("cash_count", key, lambda row: {x: row[x] - short for x in ("counted_cash", "deposited_amount")})
    return [Expected("C-08", site, day, "drawer 1", short)]


def advance_of_no_order(log: Log) -> list[Expected]:
    """Money taken in advance for an order that nobody wrote down."""
    visit = log.visit(lambda visit: True)
    at = datetime.combine(visit.day, time(12), log.world.company.site(visit.site).zone)
    taken = {"amount": Decimal("50.00"), "business_date": visit.day, "recorded_at": at, "updated_at": at}
    same = {name: visit.ro[name] for name in ("site", "customer_id")} | {"taken_by_id": visit.ro["advisor_id"]}
    kind = {"tender_id": "advance-1", "kind": "advance", "method": "cash", "method_name": "Cash"}
    log.save(at, visit.site, "tender", "advance-1", **kind, **taken, **same, is_void=False, deleted=False)
    log.money(visit.site, visit.day, "cash", taken["amount"])
    old = "a month later it is still there"
    return [
        Expected("C-09", visit.site, visit.day, "payment advance-1", taken["amount"]),
        Expected("C-09", visit.site, visit.day + 31 * DAY, "payment advance-1", status="warn", because=old),
    ]


def ledger_says_more(log: Log) -> list[Expected]:
    """The account is charged ten more than the repair order says."""
    site, day, key, _ = log.one(
        "ar_entry", lambda row: row["type"] == "charge" and row["amount"] > 20, lambda row: row["business_date"]
    )
    more = Decimal("10.00")
    log.edit("ar_entry", key, lambda row: {"amount": row["amount"] + more})
    return [Expected("C-10", site, day, f"entry {key}", more)]


def void_with_money(log: Log) -> list[Expected]:
    """Voided instead of closed, and the cash stays in the drawer."""
    visit = log.visit(lambda visit: visit.paid_by("cash") and not visit.lines("part"))
    void = {"status": "void", "closed_date": None, "closed_at": None, "voided_date": visit.day, "void_reason": "Left"}
    log.edit("repair_order", visit.ro["ro_id"], lambda row: void if row["status"] == "closed" else {})
    event = log.status_event(visit.ro["ro_id"], "closed")
    log.edit("ro_status_event", event, {"to_status": "void", "reason": "Left"})
    log.printed(visit.site, visit.day, "ro_count", Decimal("-1.00"))
    paid = visit.tenders[0]["amount"]
    return [
        Expected("C-11", visit.site, visit.day, visit.document, paid),
        Expected("C-01", visit.site, visit.day, "", paid, because="money of the day without a sale"),
    ]


def paid_too_little(log: Log) -> list[Expected]:
    """Six short at the close, without an account that it could be charged to."""
    visit = log.visit(lambda visit: visit.paid_by("cash", "check"))
    row, short = visit.tenders[0], Decimal("-6.00")
    log.edit("tender", row["tender_id"], {"amount": row["amount"] + short})
    log.money(visit.site, visit.day, row["method"], short)
    return [
        Expected("C-12", visit.site, visit.day, visit.document, short),
        Expected("C-01", visit.site, visit.day, visit.document, short, because=NOT_TENDERED),
    ]


def more_cards_printed(log: Log) -> list[Expected]:
    """The shop's own report of the day has 25 more of cards than arrived."""
    site, day, key, _ = log.one("control_total", lambda row: row["name"] == "cards", lambda row: row["business_date"])
    more = Decimal("25.00")
    log.edit("control_total", key, lambda row: {"value": row["value"] + more})
    return [Expected("C-26", site, day, "line cards", more)]


def recorded_a_day_late(log: Log) -> list[Expected]:
    """Typed in tomorrow, dated today."""
    visit = log.visit(lambda visit: visit.paid_by("cash", "check"))
    log.later("tender", visit.tenders[0]["tender_id"], DAY)
    document = f"payment {visit.tenders[0]['tender_id']}"
    return [Expected("C-35", visit.site, visit.day, document, Decimal(1), "warn")]
