"""Breaks that sit in a repair order: doubled, void, refunded, read early (REPORTS.md 6.4).

Belongs here: one function per cause, editing the plan and saying what I-1 moves by. Keep out: who plants."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from connectors.simulator.causes_later import banked
from connectors.simulator.dossier import Dossier, NoCandidateError, Plan, minutes
from connectors.simulator.entries import void
from connectors.simulator.events import Event, Site
from connectors.simulator.marks import Break
from connectors.simulator.pricing import ZERO

Row = dict[str, Any]


def r02(plan: Plan, site: Site, _: int) -> Break:
    file = plan.take(site, lambda one: one.simple())
    key, at = plan.new_id(site), file.close.at + minutes(30)
    row = renamed(file.ro, key)
    number = plan.add(at, site, "repair_order", {**row, "updated_at": at}, note="synced again under a new id")
    plan.doubled.add(number)
    return Break(
        "R02", site.id, file.day, key, None, -file.total, pair_ro_id=file.ro_id, note="same number, second id"
    )


def renamed(ro: Row, ro_id: str) -> Row:
    """The same repair order under another id, with its children."""
    made = {**ro, "ro_id": ro_id}
    for children, key in (("lines", "line_id"), ("jobs", "job_id"), ("taxes", "")):
        made[children] = [_child(row, ro_id, key) for row in ro[children]]
    return made


def _child(row: Row, ro_id: str, key: str) -> Row:
    changes = {name: ro_id + row[name][-2:] for name in {key, "job_id"} if row.get(name)}
    return {**row, "ro_id": ro_id, **changes}


def r04(plan: Plan, site: Site, _: int) -> Break:
    file = plan.take(site, lambda one: banked(site, one))
    at = file.close.at + minutes(20)
    plan.order(site, file.ro, at, **_void(site, file.ro), voided_date=file.day)
    return Break(
        "R04", site.id, file.day, file.ro_id, file.tender.key, file.total, note="voided, payment left"
    )


def _void(site: Site, ro: Row) -> Row:
    changed = void(site.dms, ro)
    return {key: value for key, value in changed.items() if ro.get(key) is not value}


def r05(plan: Plan, site: Site, _: int) -> Break:
    """An advance for a repair order that is then voided: I-1 does not see it, control C-11 does."""
    file = plan.take(site, lambda one: one.simple() and site.business_date(one.ro["opened_at"]) < one.day)
    at = file.ro["opened_at"] + minutes(6)
    day = site.business_date(at)
    plan.swap(
        file.tender,
        at,
        kind="advance",
        amount=Decimal("50.00"),
        business_date=day,
        recorded_at=at,
        updated_at=at,
    )
    changes = _void(site, {**file.ro, "status": "finished"})
    plan.swap(file.close, **{**changes, "closed_date": None, "closed_at": None, "voided_date": file.day})
    plan.swap(file.statuses[-1], to_status="void")
    return Break("R05", site.id, file.day, file.ro_id, file.tender.key, ZERO, note="voided, advance left")


def r17(plan: Plan, site: Site, turn: int) -> Break:
    """Money given back without a refund order; every other time a refund order, paid the wrong way."""
    if turn % 2 == 1:
        try:
            file = plan.take(site, lambda one: bool(one.ro["refund_of_ro_id"]) and len(one.tenders) == 1)
            plan.swap(file.tender, amount=-file.tender.data["amount"])
            return Break(
                "R17",
                site.id,
                file.day,
                file.ro_id,
                file.tender.key,
                -2 * file.total,
                note="refund, wrong sign",
            )
        except NoCandidateError:
            pass
    file = plan.take(site, lambda one: one.simple() and one.day < plan.open[-1])
    later = plan.later(file.day, 6)
    assert later is not None
    at, key = plan.at_work(site, later), plan.new_id(site)
    amount = -Decimal(plan.rng.randrange(1500, 3900)).scaleb(-2)
    row = {**file.tender.data, "tender_id": key, "amount": amount, "business_date": later, "recorded_at": at}
    plan.add(at, site, "tender", {**row, "updated_at": at})
    return Break("R17", site.id, later, file.ro_id, key, amount, note="money back without a refund order")


def r20(plan: Plan, site: Site, _: int) -> Break:
    """A gift card sold on the repair order: in its total and its payment, on none of its lines."""
    file = plan.take(site, lambda one: one.simple())
    sold = Decimal(plan.rng.choice((25, 50, 100))).quantize(Decimal("0.01"))
    plan.swap(file.close, header_total=file.total + sold)
    plan.swap(file.tender, amount=file.total + sold)
    return Break("R20", site.id, file.day, file.ro_id, file.tender.key, sold, note="charge on no line")


def r22(plan: Plan, site: Site, _: int) -> Break:
    """Orders were read before the last one closed, payments after: the log ends between the two."""
    file = plan.take(site, lambda one: one.simple() and one.day == plan.open[-1])
    for event in (file.close, file.statuses[-1]):
        plan.remove(event)
    at = _watermark(plan.current(), site) + minutes(6)
    plan.swap(file.tender, at, recorded_at=at, updated_at=at)
    return Break(
        "R22",
        site.id,
        file.day,
        file.ro_id,
        file.tender.key,
        file.total,
        note="payments read later than orders",
    )


def _watermark(events: list[Event], site: Site) -> Any:
    mine = [
        event.at for event in events if event.site == site.id and event.entity in ("repair_order", "tender")
    ]
    return max(mine)


def r23(plan: Plan, site: Site, _: int) -> Break:
    """Work that the factory or the dealer pays, without the receivable."""
    file = plan.take(site, lambda one: one.closed_once() and bool(_owed(one)))
    owed = _owed(file)
    for event in owed:
        plan.remove(event)
    amount = sum((event.data["amount"] for event in owed), ZERO)
    return Break(
        "R23",
        site.id,
        file.day,
        file.ro_id,
        None,
        -amount,
        note="no receivable for warranty or internal work",
    )


def _owed(file: Dossier) -> list[Event]:
    return [event for event in file.tenders if event.data["method_name"] in ("Warranty", "Internal")]
