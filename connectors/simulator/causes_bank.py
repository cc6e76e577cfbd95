"""Breaks that a bank makes after the close: a payment taken back (REPORTS.md 6.4).

Belongs here: causes whose evidence a processor holds. Keep out: what the processor writes of them (processor)."""

from __future__ import annotations

from datetime import timedelta

from connectors.simulator.dossier import Plan
from connectors.simulator.events import Site
from connectors.simulator.marks import Break

TAKEN_BACK = "the bank took this payment back"


def r24(plan: Plan, site: Site, turn: int) -> Break:
    """A card payment disputed, or a check that bounced, booked back against an order that stays closed and whole."""
    method = "card" if turn % 2 == 0 else "check"
    last = plan.open[-2]  # the last day's evening belongs to what is read too early (R22)
    file = plan.take(site, lambda one: one.simple() and one.method == method and one.day < last)
    day = plan.rng.choice([one for one in plan.open if file.day < one <= min(last, file.day + timedelta(days=9))])
    at, key, amount = plan.at_work(site, day), plan.new_id(site), -file.total
    row = {**file.tender.data, "tender_id": key, "amount": amount, "business_date": day, "recorded_at": at}
    plan.add(at, site, "tender", {**row, "updated_at": at}, note=TAKEN_BACK)
    return Break("R24", site.id, day, file.ro_id, key, amount, note="taken back by the bank, receivable not raised")
