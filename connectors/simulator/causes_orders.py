"""Breaks that sit in a repair order: doubled, void, reopened, edited, refunded, read early (REPORTS.md 6.4).

Belongs here: one function per cause, editing the plan and saying what I-1 moves by. Keep out: who plants."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from connectors.simulator.dossier import Dossier, NoCandidateError, Plan, minutes
from connectors.simulator.events import Event, Site
from connectors.simulator.marks import Break
from connectors.simulator.pricing import ZERO, priced
from connectors.simulator.stories import void

Row = dict[str, Any]
OPEN = {"status": "open", "closed_at": None, "closed_date": None}


def _banked(site: Site, file: Dossier) -> bool:
    """Paid by a way that survives a reopen: R.O. Writer keeps electronic payments only."""
    return file.simple() and (site.dms != "rowriter" or file.method == "card")


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
    file = plan.take(site, lambda one: _banked(site, one))
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


def r06(plan: Plan, site: Site, turn: int) -> Break:
    """Opened again after the close with the payment kept; every other time closed again on the later day."""
    file = plan.take(site, lambda one: _banked(site, one) and one.day <= plan.cut)
    at = plan.after_cut(site)
    opened = plan.order(site, file.ro, at, **OPEN)
    found = {"note": "reopened, payment kept", "before": at}
    if turn % 2 == 0:
        later = site.business_date(at)
        again = at + minutes(50)
        plan.order(site, opened, again, status="closed", closed_at=again, closed_date=later)
        found.update(pair_date=later, pair_amount=-file.total)
    return Break("R06", site.id, file.day, file.ro_id, file.tender.key, file.total, **found)  # type: ignore[arg-type]


def r07(plan: Plan, site: Site, turn: int) -> Break:
    """Opened again and the payment is gone from the record, though it was banked: I-1 does not see it."""
    file = plan.take(
        site, lambda one: one.simple() and one.method in ("cash", "check") and one.day <= plan.cut
    )
    at = plan.after_cut(site)
    opened = plan.order(site, file.ro, at, **OPEN)
    plan.add(at, site, "tender", file.tender.data, action="deleted")
    if turn % 2 == 1:
        again, key = at + minutes(40), plan.new_id(site)
        day = site.business_date(again)
        plan.order(site, opened, again, status="closed", closed_at=again, closed_date=day)
        row = {
            **file.tender.data,
            "tender_id": key,
            "recorded_at": again,
            "updated_at": again,
            "business_date": day,
        }
        plan.add(again, site, "tender", row)
    return Break(
        "R07", site.id, file.day, file.ro_id, file.tender.key, ZERO, before=at, note="reopened, payment lost"
    )


def r08(plan: Plan, site: Site, _: int) -> Break:
    file = plan.take(site, lambda one: one.charged() and one.day <= plan.cut)
    at = plan.after_cut(site)
    opened = plan.order(site, file.ro, at, **OPEN)
    again, key, day = at + minutes(35), plan.new_id(site), site.business_date(at)
    row = {
        **file.tender.data,
        "tender_id": key,
        "recorded_at": again,
        "updated_at": again,
        "business_date": day,
    }
    plan.add(again, site, "tender", row)
    plan.order(site, opened, again, status="closed", closed_at=again, closed_date=day)
    amount = file.tender.data["amount"]
    return Break("R08", site.id, day, file.ro_id, key, amount, before=at, note="charged to the account twice")


def r09(plan: Plan, site: Site, turn: int) -> Break:
    """A part's price is changed after the close: dearer or cheaper (where charges are derived, cheaper)."""

    def fits(one: Dossier) -> bool:
        return one.simple() and one.day <= plan.cut and any(dear(row) for row in one.ro["lines"])

    file = plan.take(site, fits)
    step = Decimal("5.00") if turn % 2 == 0 and site.dms == "files" else Decimal("-5.00")
    part = next(row for row in file.ro["lines"] if dear(row))
    changed = repriced(site, file.ro, part, step)
    at = plan.after_cut(site)
    changed = plan.order(site, changed, at, updated_by=file.ro["advisor_id"])
    moved = file.total - changed["header_total"]
    return Break("R09", site.id, file.day, file.ro_id, None, moved, before=at, note="edited after the close")


def dear(row: Row) -> bool:
    return row["line_type"] == "part" and row["unit_price"] >= 20 and row["discount_amount"] == 0


def repriced(site: Site, ro: Row, part: Row, step: Decimal) -> Row:
    """The repair order with one part's unit price changed."""
    amount = step * part["quantity"]
    amount = amount.quantize(Decimal("0.01"))
    price = {"unit_price": part["unit_price"] + step, "gross_amount": part["gross_amount"] + amount,
             "net_amount": part["net_amount"] + amount}  # fmt: skip
    lines = [{**row, **price} if row is part else row for row in ro["lines"]]
    jobs = [{**job, "sold_amount": job["sold_amount"] + amount} if job["job_id"] == part["job_id"] else job
            for job in ro["jobs"]]  # fmt: skip
    return priced(site, ro, lines, jobs)


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
