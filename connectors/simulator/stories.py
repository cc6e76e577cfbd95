"""The life of one repair order, told as events in order: opened, worked on, paid, closed.

Belongs here: what normally happens. Keep out: what comes after a close (aftermath), breaks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from connectors.simulator import tenders
from connectors.simulator.aftermath import afterwards, refund
from connectors.simulator.catalogue import LABELLED
from connectors.simulator.days import closes, instant
from connectors.simulator.desk import Desk
from connectors.simulator.entries import number, pay, save, void
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
        refund(desk, day, at)
    else:
        _visit(desk, day, at)


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
    ro = save(desk, fill(desk, header(desk, number(desk), at)), at, came_from=None)
    later = shift(at, desk.rng.uniform(10, 70))
    if desk.site.dms not in LABELLED:
        desk.emit(later, "repair_order", ro["ro_id"], ro, "deleted")
        return
    save(desk, void(desk.site.dms, ro), later, came_from="open", voided_date=desk.site.business_date(later))


def _visit(desk: Desk, day: date, at: datetime) -> None:
    """The ordinary visit: in, sometimes an advance, done, paid, closed; the same day or some days later."""
    full = fill(desk, header(desk, number(desk), at))
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
    afterwards(desk, ro, collected, last, end)


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
