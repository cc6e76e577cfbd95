"""How a repair order is paid: advances, payments at close, charges to an account, later payments of them.

Belongs here: payments as rows. Keep out: what was sold, and payments gone wrong (causes)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from connectors.simulator.catalogue import LABELLED, METHODS
from connectors.simulator.desk import Desk
from connectors.simulator.events import blank
from connectors.simulator.people import shift
from connectors.simulator.pricing import ZERO, half_away, line, priced

Row = dict[str, Any]
AR = ("ar", "Charge")


def tender(desk: Desk, ro: Row, at: datetime, amount: Decimal, kind: str, *, method: tuple[str, str]) -> Row:
    """One payment, taken now. Systems that do not label payments leave `kind` empty (REPORTS.md 6.7)."""
    rng, site = desk.rng, desk.site
    labelled = site.dms in LABELLED
    row = blank("tender")
    row.update(
        tender_id=str(desk.next_id("tender")), site=site.id, ro_id=ro["ro_id"], customer_id=ro["customer_id"]
    )
    row.update(kind=kind if labelled else None, method=method[0], method_name=method[1], amount=amount)
    row.update(
        business_date=site.business_date(at), recorded_at=at, updated_at=at, is_void=False, deleted=False
    )
    row["taken_by_id"] = ro["advisor_id"]
    if method[0] == "card":
        row["auth_code"] = f"{rng.randrange(10**6):06d}"
    elif method[0] == "check":
        row["reference"] = str(rng.randrange(1000, 9999))
    return row


def pick(desk: Desk, *classes: str) -> tuple[str, str]:
    menu = [one for one in METHODS[desk.site.dms] if not classes or one[0] in classes]
    method, name, _ = desk.rng.choices(menu, [weight for _, _, weight in menu])[0]
    return method, name


def advance(desk: Desk, ro: Row, at: datetime) -> Row:
    """Money before the work: a round share of what the repair order says so far."""
    amount = max(
        (ro["header_total"] * desk.rng.choice((2, 3, 5)) / 100).quantize(Decimal(1)) * 10, Decimal(10)
    )
    return tender(
        desk, ro, at, Decimal(f"{amount}.00"), "advance", method=pick(desk, "card", "cash", "check")
    )


def settle(desk: Desk, ro: Row, at: datetime, advances: list[Row]) -> tuple[Row, list[Row]]:
    """What is collected or charged at the close, to the cent; an upcharge changes the repair order."""
    if desk.site.dms == "dealertrack":  # its documents tell of no payment
        return ro, []
    tenders = _receivables(desk, ro, at)
    due = ro["header_total"] - _sum(advances) - _receivable(ro)
    if due == 0:
        return ro, tenders
    if _on_account(desk, ro) and due > 0:
        charge = [tender(desk, ro, at, due, "ar_charge", method=AR)] if desk.site.dms in LABELLED else []
        return ro, tenders + charge
    parts = _split(desk, due)
    paid = []
    for part in parts:
        method, amount = pick(desk), part
        if len(parts) == 1 and method[0] == "card" and _upcharged(desk):
            ro, amount = _upcharge(desk, ro, due)
        early = shift(at, -desk.rng.uniform(0.2, 4))
        paid.append(tender(desk, ro, early, amount, "final", method=method))
    return ro, tenders + paid


def _sum(tenders: list[Row]) -> Decimal:
    return sum((row["amount"] for row in tenders), ZERO)


def shares(ro: Row) -> dict[str, Decimal]:
    """What the factory and the dealer itself owe of this repair order."""
    owed: dict[str, Decimal] = {}
    for row in ro["lines"]:
        if row["pay_type"] in ("warranty", "internal"):
            owed[row["pay_type"]] = owed.get(row["pay_type"], ZERO) + row["net_amount"]
    return owed


def _receivable(ro: Row) -> Decimal:
    return sum(shares(ro).values(), ZERO)


def _receivables(desk: Desk, ro: Row, at: datetime) -> list[Row]:
    if desk.site.dms not in LABELLED:
        return []
    return [
        tender(desk, ro, at, amount, "ar_charge", method=("ar", payer.title()))
        for payer, amount in sorted(shares(ro).items())
        if amount
    ]


def _on_account(desk: Desk, ro: Row) -> bool:
    fleet = any(customer["customer_id"] == ro["customer_id"] for customer, _ in desk.fleet)
    return fleet and desk.rng.random() < 0.75


def _split(desk: Desk, due: Decimal) -> list[Decimal]:
    count = desk.rng.choices((1, 2, 3), (84, 13, 3))[0]
    if due < 60 or count == 1:
        return [due]
    first = half_away(due * desk.rng.randrange(20, 60) / 100)
    if count == 2:
        return [first, due - first]
    second = half_away((due - first) / 3)
    return [first, second, due - first - second]


def _upcharged(desk: Desk) -> bool:
    return desk.site.dms in LABELLED and desk.rng.random() < 0.2


def _upcharge(desk: Desk, ro: Row, due: Decimal) -> tuple[Row, Decimal]:
    fee = half_away(due * desk.site.upcharge_pct)
    lines = [row for row in ro["lines"] if row["line_type"] != "tax"]
    lines.append(line(ro["ro_id"], len(lines) + 1, "upcharge", fee, description="Card fee"))
    return priced(desk.site, ro, lines, ro["jobs"]), due + fee


def pay_account(desk: Desk, ro: Row, charged: Decimal, at: datetime) -> Row:
    """A later payment of an account: for this repair order, or (where a system can say so) on account."""
    row = tender(desk, ro, at, charged, "ar_payment", method=pick(desk, "check", "card"))
    if desk.site.dms in LABELLED and desk.rng.random() < 0.5:
        row["ro_id"] = None
    return row
