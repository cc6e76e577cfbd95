"""The life of one repair order, told as events in order: opened, worked on, paid, closed, and after.

Belongs here: what normally happens. Keep out: breaks and decoys, which are planted afterwards."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from connectors.simulator import tenders
from connectors.simulator.catalogue import LABELLED
from connectors.simulator.days import closes, instant
from connectors.simulator.desk import Desk
from connectors.simulator.events import blank
from connectors.simulator.people import shift
from connectors.simulator.pricing import priced
from connectors.simulator.repair_orders import fill, header

Row = dict[str, Any]


def run_day(desk: Desk, day: date, count: int) -> None:
    """All repair orders that come in on a day, in the order of their numbers."""
    latest = closes(day) - 90
    for minute in sorted(desk.rng.randrange(8 * 60, latest) for _ in range(count)):
        _story(desk, day, instant(desk.site, day, minute, desk.rng.randrange(60)))


def _story(desk: Desk, day: date, at: datetime) -> None:
    dice = desk.rng.random()
    labelled = desk.site.dms in LABELLED
    if dice < 0.05:
        _estimate(desk, at)
    elif dice < 0.07 and desk.site.dms != "dealertrack":
        _abandoned(desk, at)
    elif dice < 0.085 and labelled and desk.closed:
        _refund(desk, day, at)
    else:
        _visit(desk, day, at)


def save(desk: Desk, ro: Row, at: datetime, **changes: Any) -> Row:
    """A new state of the repair order; a change of status is an event of its own."""
    before = changes.pop("came_from", ro["status"])
    row = {**ro, **changes, "updated_at": at}
    desk.emit(at, "repair_order", row["ro_id"], row)
    if row["status"] != before:
        event = blank("ro_status_event")
        event.update(ro_id=row["ro_id"], event_id=str(desk.next_id("status")), from_status=before, at=at)
        event.update(to_status=row["status"], by_id=row["updated_by"])
        desk.emit(at, "ro_status_event", event["event_id"], event)
    return row


def pay(desk: Desk, row: Row) -> Row:
    desk.emit(row["updated_at"], "tender", row["tender_id"], row)
    return row


def _number(desk: Desk) -> str:
    desk.counters["number"] = desk.counters.get("number", 0) + 1
    return str(
        36_000_000 + desk.counters["number"]
        if desk.site.dms == "dealertrack"
        else 10_000 + desk.counters["number"]
    )


def _estimate(desk: Desk, at: datetime) -> None:
    """Presented and not decided; its number is of another series, so repair-order numbers stay dense."""
    desk.counters["estimate"] = desk.counters.get("estimate", 0) + 1
    ro = fill(desk, header(desk, f"E{500 + desk.counters['estimate']}", at))
    ro["jobs"] = [
        {**job, "decision": "open", "decided_at": None, "declined_reason": None} for job in ro["jobs"]
    ]
    save(desk, ro, at, status="estimate", came_from=None)


def _abandoned(desk: Desk, at: datetime) -> None:
    """Given up before the close: a void where the system has voids, else deleted."""
    ro = save(desk, fill(desk, header(desk, _number(desk), at)), at, came_from=None)
    later = shift(at, desk.rng.uniform(10, 70))
    if desk.site.dms not in LABELLED:
        desk.emit(later, "repair_order", ro["ro_id"], ro, "deleted")
        return
    save(desk, void(desk.site.dms, ro), later, came_from="open", voided_date=desk.site.business_date(later))


def void(dms: str, ro: Row) -> Row:
    """A void keeps its header money; R.O. Writer removes the detail, others keep it."""
    empty: Row = {"lines": [], "jobs": [], "taxes": []} if dms == "rowriter" else {}
    return {
        **ro,
        "status": "void",
        "void_reason": "Customer left",
        "closed_date": None,
        "closed_at": None,
        **empty,
    }


def _visit(desk: Desk, day: date, at: datetime) -> None:
    """The ordinary visit: in, sometimes an advance, done, paid, closed; the same day or some days later."""
    full = fill(desk, header(desk, _number(desk), at))
    _arrive(desk, _as_opened(desk, full), at)
    last = desk.later_day(day, desk.rng.choices((0, 1, 2, 3), (76, 14, 7, 3))[0])
    paid = _advances(desk, full, day, at, last)
    before = "open"
    if last != day and desk.site.dms in LABELLED and desk.rng.random() < 0.4:
        before = save(desk, full, shift(at, 40), status="on_hold")["status"]  # waits for a part
    if last is None:
        return
    end = _closing(desk, last, at if last == day else None)
    save(desk, full, shift(end, -desk.rng.uniform(6, 30)), status="finished", came_from=before)
    ro, collected = tenders.settle(desk, full, end, paid)
    for row in collected:
        pay(desk, row)
    for row in paid:
        if row["kind"]:  # systems that label payments say what an advance was used for
            pay(desk, {**row, "applied_to_ro_id": ro["ro_id"], "updated_at": end})
    ro = save(desk, ro, end, status="closed", came_from="finished", closed_at=end, closed_date=last)
    desk.closed.append((ro, paid + collected))
    _afterwards(desk, ro, collected, last, end)


def _arrive(desk: Desk, ro: Row, at: datetime) -> None:
    """Some are expected: written down before the car is there."""
    expected = desk.site.dms in LABELLED and desk.rng.random() < 0.08
    if expected:
        save(desk, ro, shift(at, -25), status="scheduled", came_from=None, opened_at=None)
    save(desk, ro, at, came_from="scheduled" if expected else None)


def _as_opened(desk: Desk, full: Row) -> Row:
    """Every third repair order is opened with its first job only; the rest is found on the lift."""
    if desk.rng.random() > 0.3 or len(full["jobs"]) < 2:
        return full
    first = full["jobs"][0]["job_id"]
    return priced(desk.site, full, [row for row in full["lines"] if row["job_id"] == first], full["jobs"][:1])


def _closing(desk: Desk, day: date, opened: datetime | None) -> datetime:
    """The minute of the close: between opening hours, and an hour at least after the car came in."""
    start = instant(desk.site, day, 9 * 60) if opened is None else shift(opened, 45)
    room = (instant(desk.site, day, closes(day)) - start).total_seconds() / 60
    return shift(start, desk.rng.uniform(0, room))


def _advances(desk: Desk, ro: Row, day: date, at: datetime, last: date | None) -> list[Row]:
    """Advances are taken on earlier days; on the day of the close only where the system labels them."""
    chance = {"rowriter": 0.10, "files": 0.10, "shopware": 0.12}.get(desk.site.dms, 0.0)
    if (
        (last == day and desk.site.dms not in LABELLED)
        or desk.rng.random() > chance
        or ro["header_total"] < 80
    ):
        return []
    if tenders.shares(ro):
        return []
    return [pay(desk, tenders.advance(desk, ro, shift(at, desk.rng.uniform(1, 12))))]


def _afterwards(desk: Desk, ro: Row, collected: list[Row], day: date, end: datetime) -> None:
    """What may come after a close: an account is paid, a detail is corrected, the order is opened again."""
    dms, rng = desk.site.dms, desk.rng
    charged = [row for row in collected if row["kind"] == "ar_charge" and row["method_name"] == "Charge"]
    derived = dms == "shopware" and not collected and ro["header_total"] > 0
    if charged or derived:
        paid = sum(row["amount"] for row in desk.closed[-1][1])
        _account(desk, ro, charged[0]["amount"] if charged else ro["header_total"] - paid, day)
        return
    dice = rng.random()
    later = desk.later_day(day, rng.randrange(1, 5))
    if dice < 0.02 and later:
        save(
            desk,
            ro,
            _hour(desk, later),
            odometer_in=ro["odometer_in"] + 10,
            updated_by=desk.advisor()["employee_id"],
        )
    elif dice < 0.035 and collected and all(row["kind"] != "ar_charge" for row in collected):
        _reopened(desk, ro, collected, day, end)
    elif dice < 0.045 and dms == "shopware" and later and collected:
        back = tenders.tender(
            desk, ro, _hour(desk, later), Decimal("-20.00"), "final", method=("cash", "Cash")
        )
        pay(desk, back)  # dated after the close: by REPORTS.md 6.7 an entry of the account, not of the day


def _hour(desk: Desk, day: date) -> datetime:
    return instant(desk.site, day, desk.rng.randrange(9 * 60, 13 * 60), desk.rng.randrange(60))


def _account(desk: Desk, ro: Row, charged: Decimal, day: date) -> None:
    """Accounts are paid after one to four weeks, if they are."""
    later = desk.later_day(day, desk.rng.randrange(5, 24))
    if later and desk.rng.random() < 0.8:
        pay(desk, tenders.pay_account(desk, ro, charged, _hour(desk, later)))


def _reopened(desk: Desk, ro: Row, collected: list[Row], day: date, end: datetime) -> None:
    """Opened again and closed again, and the day still ties.

    R.O. Writer loses what was not paid electronically, so it is entered again, the same day; files keep the
    payments and the posted date; Shop-Ware closes on the next day, and what was paid is then paid before."""
    dms, site = desk.site.dms, desk.site
    if dms == "dealertrack" or (
        dms == "shopware" and sum(row["amount"] for row in collected) != ro["header_total"]
    ):
        return
    later = desk.later_day(day, 1)
    start = shift(end, 3) if dms == "rowriter" else _hour(desk, later) if later else None
    if start is None or later is None:
        return
    opened = save(desk, ro, start, status="open", closed_at=None, closed_date=None)
    again = shift(start, desk.rng.uniform(4, 10))
    if dms == "rowriter":
        for row in collected:
            if row["method"] in ("cash", "check"):
                desk.emit(start, "tender", row["tender_id"], row, "deleted")
                pay(
                    desk,
                    {
                        **row,
                        "tender_id": str(desk.next_id("tender")),
                        "recorded_at": again,
                        "updated_at": again,
                    },
                )
    posted = later if dms == "shopware" else day
    assert site.business_date(again) == posted or dms == "files"
    save(desk, opened, again, status="closed", closed_at=again, closed_date=posted)


def _refund(desk: Desk, day: date, at: datetime) -> None:
    """A refund is a repair order with negative amounts, paid out on the spot."""
    original, _ = desk.rng.choice(desk.closed[-60:])
    sold = [
        row
        for row in original["lines"]
        if row["line_type"] in ("part", "labor") and row["pay_type"] == "customer"
    ]
    sold = [row for row in sold if row["net_amount"] > 0]
    if not sold:
        return
    taken = desk.rng.choice(sold)
    ro = {**header(desk, _number(desk), at), "refund_of_ro_id": original["ro_id"], "pay_types": "customer"}
    ro.update({key: original[key] for key in ("customer_id", "vehicle_id", "tax_exempt")})
    ro = priced(desk.site, ro, [_mirrored(ro, taken)], [])
    end = shift(at, desk.rng.uniform(2, 9))
    save(desk, ro, at, came_from=None)
    row = pay(
        desk,
        tenders.tender(
            desk, ro, end, ro["header_total"], "final", method=tenders.pick(desk, "cash", "card", "check")
        ),
    )
    ro = save(desk, ro, end, status="closed", closed_at=end, closed_date=day, came_from="open")
    desk.closed.append((ro, [row]))


def _mirrored(ro: Row, taken: Row) -> Row:
    signed = (
        "quantity",
        "gross_amount",
        "discount_amount",
        "net_amount",
        "cost_amount",
        "core_charge",
        "hours_billed",
    )
    flipped = {key: -taken[key] for key in signed if taken[key] is not None}
    return {**taken, **flipped, "ro_id": ro["ro_id"], "line_id": f"{ro['ro_id']}01", "job_id": None,
            "hours_actual": None, "is_return": taken["line_type"] == "part"}  # fmt: skip
