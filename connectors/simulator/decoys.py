"""Decoys: what looks like a cause of REPORTS.md 6.4 and is none, because the day still ties.

Belongs here: one function per decoy. Keep out: breaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.simulator.causes_later import OPEN, dear, repriced
from connectors.simulator.causes_orders import renamed
from connectors.simulator.days import instant
from connectors.simulator.dossier import Dossier, Plan, minutes
from connectors.simulator.entries import void
from connectors.simulator.events import Site
from connectors.simulator.marks import Decoy

HEADERS = ("parts", "labor", "sublet", "supplies", "fees", "upcharge", "discount", "other", "tax", "total")


def _decoy(cause: str, site: Site, file: Dossier, note: str) -> Decoy:
    return Decoy(cause, site.id, file.day, file.ro_id, file.tender.key, note)


def _auth(plan: Plan) -> str:
    return f"{plan.rng.randrange(10**6):06d}"


def twins(plan: Plan, site: Site) -> Decoy:
    file = plan.take(site, lambda one: one.simple() and one.method == "card" and one.total * 100 % 2 == 0)
    half, at, key = file.total / 2, file.tender.at + minutes(0.5), plan.new_id(site)
    plan.swap(file.tender, amount=half)
    row = {**file.tender.data, "tender_id": key, "amount": half, "recorded_at": at, "updated_at": at}
    plan.add(at, site, "tender", {**row, "auth_code": _auth(plan)})
    return _decoy("R01", site, file, "two equal payments by two cards, both due")


def adjusted(plan: Plan, site: Site) -> Decoy:
    def fits(one: Dossier) -> bool:
        return one.simple() and one.day <= plan.cut and any(dear(row) for row in one.ro["lines"])

    file = plan.take(site, fits)
    part = next(row for row in file.ro["lines"] if dear(row))
    at = plan.after_cut(site)
    changed = plan.order(site, repriced(site, file.ro, part, part["unit_price"] / 10 // 1 * 1), at)
    row = {**file.tender.data, "amount": changed["header_total"], "updated_at": at}
    plan.add(at, site, "tender", row)
    return _decoy("R09", site, file, "edited after the close, payment corrected with it")


def equal(plan: Plan, site: Site) -> Decoy:
    """Two cars, one job, one price, the same card brand within minutes."""
    file = plan.take(site, lambda one: one.simple() and not one.ro["tax_exempt"])
    other = plan.take(site, lambda one: one.simple() and one.day == file.day and not one.ro["tax_exempt"])
    copied = renamed(file.ro, other.ro_id)
    same = {f"header_{name}": file.ro[f"header_{name}"] for name in HEADERS}
    same.update({name: copied[name] for name in ("lines", "jobs", "taxes", "quote_amount")})
    plan.swap(other.close, **same)
    paid: dict[str, Any] = {name: file.tender.data[name] for name in ("method", "method_name", "amount")}
    auth = _auth(plan) if file.method == "card" else None
    plan.swap(other.tender, **paid, auth_code=auth, reference=None)
    return _decoy(
        "R19", site, file, f"same amount as repair order {other.ro_id}, each paid by its own payment"
    )


def refunded_void(plan: Plan, site: Site) -> Decoy:
    """Voided on the day of its close, and the payment with it: by a counter-row, or marked void."""
    file = plan.take(site, lambda one: one.simple() and one.method == "card")
    at, key, paid = file.close.at + minutes(12), plan.new_id(site), file.tender.data
    changed = {key: value for key, value in void(site.dms, file.ro).items() if file.ro.get(key) is not value}
    plan.order(site, file.ro, at, **changed, voided_date=file.day)
    if site.dms == "files":
        row = {**paid, "tender_id": key, "amount": -paid["amount"], "recorded_at": at, "updated_at": at}
        plan.add(at, site, "tender", {**row, "voids_tender_id": file.tender.key})
    else:
        plan.add(at, site, "tender", {**paid, "is_void": True, "updated_at": at})
    return _decoy("R04", site, file, "voided, payment given back the same day")


def reopened(plan: Plan, site: Site) -> Decoy:
    file = plan.take(site, lambda one: one.simple() and one.day <= plan.cut)
    at = plan.after_cut(site)
    opened = plan.order(site, file.ro, at, **OPEN)
    again, key = at + minutes(45), plan.new_id(site)
    day, paid = site.business_date(again), file.tender.data
    plan.add(at, site, "tender", {**paid, "is_void": True, "updated_at": at})
    row = {**paid, "tender_id": key, "recorded_at": again, "updated_at": again, "business_date": day}
    plan.add(again, site, "tender", row)
    plan.order(site, opened, again, status="closed", closed_at=again, closed_date=day)
    return _decoy("R06", site, file, f"reopened, payment voided, closed and paid anew on {day}")


def late_night(plan: Plan, site: Site) -> Decoy:
    file = plan.take(site, lambda one: one.simple() and one.day < plan.open[-1])
    late = instant(site, file.day, 23 * 60 + plan.rng.randrange(20, 50))
    plan.swap(file.close, late, closed_at=late, updated_at=late)
    plan.swap(file.statuses[-1], late, at=late)
    plan.swap(file.tender, late, recorded_at=late, updated_at=late)
    return _decoy("R10", site, file, "paid near midnight, under the right date")


def paid_at_once(plan: Plan, site: Site) -> Decoy:
    file = plan.take(site, lambda one: one.charged())
    plan.swap(file.tender, kind="final", method="card", method_name="Visa", auth_code=_auth(plan))
    return _decoy("R14", site, file, "customer with terms who paid by card")


EVERYWHERE = ("files", "rowriter", "shopware")
DECOYS: tuple[tuple[Callable[[Plan, Site], Decoy], tuple[str, ...]], ...] = (
    (twins, EVERYWHERE),
    (adjusted, ("files",)),
    (equal, EVERYWHERE),
    (refunded_void, ("files", "rowriter")),
    (reopened, ("files",)),
    (late_night, ("files", "shopware")),
    (paid_at_once, ("files", "rowriter")),
)
