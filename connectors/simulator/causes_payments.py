"""Breaks that sit in a payment: doubled, lost, misdated, too little, too much, misfiled (REPORTS.md 6.4).

Belongs here: one function per cause, editing the plan and saying what I-1 moves by. Keep out: who plants."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any

from connectors.simulator.days import instant
from connectors.simulator.dossier import Dossier, NoCandidateError, Plan, minutes
from connectors.simulator.events import Site
from connectors.simulator.marks import Break
from connectors.simulator.pricing import half_away

CASH = {"method": "cash", "method_name": "Cash", "auth_code": None, "reference": None}


def _break(cause: str, site: Site, file: Dossier, amount: Decimal, note: str, **more: Any) -> Break:
    tender_id = file.tenders[0].key if file.tenders else None
    return Break(cause, site.id, file.day, file.ro_id, tender_id, amount, note=note, **more)


def r01(plan: Plan, site: Site, _: int) -> Break:
    file = plan.take(site, lambda one: one.simple() and one.method == "card")
    paid, wait = file.tender.data, minutes(plan.rng.uniform(1, 8))
    key = plan.new_id(site)
    at = file.tender.at + wait
    twin = {
        **paid,
        "tender_id": key,
        "recorded_at": paid["recorded_at"] + wait,
        "updated_at": paid["updated_at"] + wait,
    }
    number = plan.add(at, site, "tender", twin, note="the extract has this payment twice")
    plan.doubled.add(number)
    return Break("R01", site.id, file.day, file.ro_id, key, paid["amount"], note="same payment, second id")


def r03(plan: Plan, site: Site, _: int) -> Break:
    file = plan.take(site, lambda one: one.simple() and one.method in ("card", "cash", "check"))
    plan.hidden.append(file.tender)
    plan.remove(file.tender)
    return _break(
        "R03", site, file, -file.total, "the extract lost it; the printed total of the method has it"
    )


def r10(plan: Plan, site: Site, _: int) -> Break:
    days = [day for day in plan.open[:-1] if day + timedelta(1) in plan.open]
    file = plan.take(site, lambda one: one.simple() and one.day in days)
    late = instant(site, file.day, 23 * 60 + plan.rng.randrange(20, 50), plan.rng.randrange(60))
    plan.swap(file.close, late, closed_at=late, updated_at=late)
    plan.swap(file.statuses[-1], late, at=late)
    next_day = file.day + timedelta(1)
    plan.swap(file.tender, late, recorded_at=late, updated_at=late, business_date=next_day)
    return _break(
        "R10", site, file, -file.total, "the date is UTC's", pair_date=next_day, pair_amount=file.total
    )


def r11(plan: Plan, site: Site, _: int) -> Break:
    file = plan.take(site, lambda one: one.simple() and one.day < plan.open[-1])
    later = plan.later(file.day, 4)
    assert later is not None
    at = plan.at_work(site, later)
    plan.swap(file.tender, at, recorded_at=at, updated_at=at, business_date=later)
    return _break(
        "R11", site, file, -file.total, "posted after the close", pair_date=later, pair_amount=file.total
    )


def r12(plan: Plan, site: Site, turn: int) -> Break:
    """The payment's date is set back; every other time (files) the close date is."""
    if turn % 2 == 0 or site.dms != "files":
        file = plan.take(site, lambda one: one.simple() and one.day in plan.open[3:])
        date = [day for day in plan.open if day < file.day][-plan.rng.randrange(1, 4)]
        plan.swap(file.tender, business_date=date)
        return _break(
            "R12", site, file, -file.total, "payment back-dated", pair_date=date, pair_amount=file.total
        )
    file = plan.take(site, lambda one: one.simple() and site.business_date(one.ro["opened_at"]) < one.day)
    date = [day for day in plan.open if day < file.day][-1]
    plan.swap(file.close, closed_date=date)
    return Break("R12", site.id, date, file.ro_id, file.tender.key, -file.total, note="close back-dated",
                 pair_date=file.day, pair_amount=file.total)  # fmt: skip


def r13(plan: Plan, site: Site, turn: int) -> Break:
    """Change not netted from a cash payment; every other time (where a gap shows) too little collected."""
    file = plan.take(site, lambda one: one.simple() and one.total % 20 > 1)
    if turn % 2 == 0 or site.dms == "shopware":
        handed = (file.total / 20).to_integral_value(ROUND_CEILING) * 20
        handed = Decimal(f"{handed}.00")
        plan.swap(file.tender, amount=handed, **CASH)
        return _break("R13", site, file, handed - file.total, "change was not netted")
    short = Decimal(plan.rng.randrange(301, 1999)).scaleb(-2)
    if short == half_away(file.total * site.upcharge_pct):
        short += Decimal("0.07")
    plan.swap(file.tender, amount=file.total - short)
    return _break("R13", site, file, -short, "collected too little")


def r14(plan: Plan, site: Site, turn: int) -> Break:
    """The charge row is missing; every other time it was there once and was deleted."""
    file = plan.take(site, lambda one: one.charged() and (turn % 2 == 0 or one.day <= plan.cut))
    charge = file.tender
    if turn % 2 == 0:
        plan.remove(charge)
        return _break("R14", site, file, -charge.data["amount"], "sent to the account without a charge")
    at = plan.after_cut(site)
    plan.add(at, site, "tender", charge.data, action="deleted")
    return _break("R14", site, file, -charge.data["amount"], "the charge was deleted", before=at)


def r15(plan: Plan, site: Site, turn: int) -> Break:
    """A card fee paid and not billed; every other time billed and not paid."""
    if turn % 2 == 0 or site.dms == "shopware":
        file = plan.take(site, lambda one: one.simple() and one.method == "card")
        fee = half_away(file.total * site.upcharge_pct)
        plan.swap(file.tender, amount=file.total + fee)
        return _break("R15", site, file, fee, "card fee collected, not billed")
    file = plan.take(
        site, lambda one: one.closed_once() and one.ro["header_upcharge"] > 0 and len(one.tenders) == 1
    )
    fee = file.ro["header_upcharge"]
    plan.swap(file.tender, amount=file.tender.data["amount"] - fee, **CASH)
    return _break("R15", site, file, -fee, "card fee billed, paid in cash")


def r16(plan: Plan, site: Site, _: int) -> Break:
    """An advance of an earlier day was forgotten, and all was collected at the close."""
    file = plan.take(site, lambda one: one.simple() and site.business_date(one.ro["opened_at"]) < one.day)
    at = file.ro["opened_at"] + minutes(plan.rng.uniform(1, 10))
    key, amount = plan.new_id(site), Decimal(plan.rng.randrange(3, 9) * 10).quantize(Decimal("0.01"))
    paid = file.tender.data
    row = {**paid, "tender_id": key, "kind": paid["kind"] and "advance", "amount": amount, **CASH}
    row.update(business_date=site.business_date(at), recorded_at=at, updated_at=at)
    plan.add(at, site, "tender", row)
    return Break("R16", site.id, file.day, file.ro_id, key, amount, note="advance never applied")


def r18(plan: Plan, site: Site, _: int) -> Break:
    """Cash, rounded to five cents."""
    up = site.dms == "shopware"  # a cent too little would become a derived charge

    def fits(one: Dossier) -> bool:
        rest = one.total * 100 % 5
        return one.simple() and (rest >= 3 if up else rest != 0)

    file = plan.take(site, fits)
    paid = (file.total * 20).quantize(Decimal(1), ROUND_HALF_UP) / 20
    paid = paid.quantize(Decimal("0.01"))
    plan.swap(file.tender, amount=paid, **CASH)
    return _break("R18", site, file, paid - file.total, "cash rounded to five cents")


def r19(plan: Plan, site: Site, turn: int) -> Break:
    """Money taken without a repair order; every other time posted to the wrong one."""
    file = plan.take(site, lambda one: one.simple())
    if turn % 2 == 0:
        key, at = plan.new_id(site), file.tender.at + minutes(3)
        amount = Decimal(plan.rng.randrange(2500, 9900)).scaleb(-2)
        row = {
            **file.tender.data,
            "tender_id": key,
            "ro_id": None,
            "customer_id": None,
            "amount": amount,
            **CASH,
        }
        plan.add(at, site, "tender", {**row, "recorded_at": at, "updated_at": at})
        return Break("R19", site.id, file.day, None, key, amount, note="payment without a repair order")
    other = plan.take(site, lambda one: one.simple() and one.day == file.day and one.total != file.total)
    plan.swap(file.tender, ro_id=other.ro_id)
    return _break("R19", site, file, -file.total, "posted to another repair order", pair_date=file.day,
                  pair_ro_id=other.ro_id, pair_amount=file.total)  # fmt: skip


def r21(plan: Plan, site: Site, _: int) -> Break:
    file = plan.take(site, lambda one: one.simple())
    plan.swap(file.tender, method="scanpay", method_name="ScanPay", auth_code=None, reference=None)
    return _break("R21", site, file, -file.total, "a method that nobody has mapped")


def r25(plan: Plan, site: Site, _: int) -> Break:
    """Paid at another shop of the company: one that speaks files too, if there is one."""
    order = sorted((one for one in plan.company.sites if one != site), key=lambda one: one.dms != "files")
    if not order:
        raise NoCandidateError
    file = plan.take(site, lambda one: one.simple())
    plan.swap(file.tender, site=order[0].id)
    return _break("R25", site, file, -file.total, "paid at another shop", pair_site=order[0].id,
                  pair_date=file.day, pair_ro_id=file.ro_id, pair_amount=file.total)  # fmt: skip
