"""Breaks made after a close: reopened, charged again, edited (REPORTS.md 6.4).

Belongs here: causes whose evidence is an earlier state of the repair order. Keep out: all others."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from connectors.simulator.dossier import Dossier, Plan, minutes
from connectors.simulator.events import Site
from connectors.simulator.marks import Break
from connectors.simulator.pricing import ZERO, priced

Row = dict[str, Any]
OPEN = {"status": "open", "closed_at": None, "closed_date": None}


def banked(site: Site, file: Dossier) -> bool:
    """Paid by a way that survives a reopen: R.O. Writer keeps electronic payments only."""
    return file.simple() and (site.dms != "rowriter" or file.method == "card")


def r06(plan: Plan, site: Site, turn: int) -> Break:
    """Opened again after the close with the payment kept; every other time closed again on the later day."""
    file = plan.take(site, lambda one: banked(site, one) and one.day <= plan.cut)
    at = plan.after_cut(site)
    opened = plan.order(site, file.ro, at, **OPEN)
    note = "reopened, payment kept"
    found = Break("R06", site.id, file.day, file.ro_id, file.tender.key, file.total, before=at, note=note)
    if turn % 2 == 0:
        later = site.business_date(at)
        again = at + minutes(50)
        plan.order(site, opened, again, status="closed", closed_at=again, closed_date=later)
        found = replace(found, pair_date=later, pair_amount=-file.total)
    return found


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
