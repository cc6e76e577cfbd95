"""Shop-Ware's side of the made-up company: what each event looks like as one of Shop-Ware's records.

Belongs here: canonical data -> Shop-Ware's structures, exact to the cent. Keep out: HTTP (shopware.py).

What the protocol cannot carry, and what becomes of it (the engine makes none of what is *refused*):
- refused, `Unspeakable`: line types coupon, package_*, upcharge, other; a discount or core charge on a line;
  a price or cost that is no whole number of cents per unit; tax that is not rate x base per class of line
  (parts, labor, fees, sublet; a discount comes off its own base, supplies are not taxed), rounded half away;
  a close or payment on another business day than its instant; a payment without an order, or an adjustment;
- lost: line numbers, departments, operation codes, suppliers, payers, labor cost, clocked hours,
  jurisdictions (one rate per class), jobs that were not sold, what kind of payment a payment is, charges to
  an account, the letters of an estimate's number, the states between open and closed;
- a void or a deletion is the same: the record is gone, and no list says so."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from connectors.simulator.events import Site, iso
from connectors.simulator.shopware_services import CLASSES, net, services
from connectors.simulator.whole import Unspeakable, cents, digits, half_away, number, shop_id

Row = dict[str, Any]
ZERO = Decimal(0)
STATES = {"estimate": "estimate", "scheduled": "estimate", "closed": "invoice"}  # all others: in_progress
STATUSES = ("estimate", "in_progress", "invoice")
PERCENTAGES = (5, 10, 15, 20)
CARD, OTHER = "Credit Card", "Other"


def payment_type(tender: Row) -> Row:
    """The type as the shop names it, and its two parts."""
    kinds = {"card": CARD, "cash": "Cash", "check": "Check"}
    kind = kinds.get(tender["method"], OTHER)
    name = tender["method_name"] if kind in (CARD, OTHER) else None
    return {
        "payment_type": f"{kind} - {name}" if name else kind,
        "payment_type_details": {"type": kind, "name": name},
    }


def payment(site: Site, tender: Row, stamps: Row) -> Row | None:
    """None for what is no payment at Shop-Ware: a charge to an account, or one that was voided."""
    if tender["method"] == "ar" or tender["is_void"] or tender["deleted"]:
        return None
    what = f"tender {tender['tender_id']}"
    if tender["ro_id"] is None or tender["kind"] == "ar_adjust":
        raise Unspeakable(f"{what}: no repair order, or no payment at all")
    if site.business_date(tender["recorded_at"]) != tender["business_date"]:
        raise Unspeakable(f"{what}: counts on {tender['business_date']}, recorded on another day")
    return {
        "id": number(tender["tender_id"]),
        "repair_order_id": number(tender["ro_id"]),
        **payment_type(tender),
        "notes": tender["reference"] or "",
        "amount_cents": cents(tender["amount"], what=what),
        "created_at": iso(tender["recorded_at"].replace(microsecond=0)),
        "updated_at": stamps["updated_at"],
        "integrator_tags": [],
    }


def repair_order(site: Site, ro: Row, stamps: Row, categories: Sequence[str]) -> Row:
    """The document without its payments."""
    what = f"repair order {ro['ro_id']}"
    state = STATES.get(ro["status"], "in_progress")
    if state == "invoice" and site.business_date(ro["closed_at"]) != ro["closed_date"]:
        raise Unspeakable(f"{what}: counts on {ro['closed_date']}, closed on another day")
    lines = [line for line in ro["lines"] if line["line_type"] != "tax"]
    for line in lines:
        _speakable(what, line)
    discounts = _discounts(lines)
    rate = sum((tax["rate"] for tax in ro["taxes"]), ZERO) * 100
    stated, made = net(ro["lines"], "tax") * 100, tax_of(ro)
    if stated != made:
        raise Unspeakable(f"{what}: tax of {stated} cents, but {rate} % of the taxable lines are {made}")
    supplies = [line["net_amount"] for line in lines if line["line_type"] == "supply"]
    return {
        **stamps,
        "id": number(ro["ro_id"]),
        "number": digits(ro["ro_number"]),
        "odometer": ro["odometer_in"],
        "odometer_out": None,
        "state": state,
        "status_id": STATUSES.index(state) + 1,
        "customer_id": number(ro["customer_id"]),
        "vehicle_id": number(ro["vehicle_id"]),
        "technician_id": None,
        "advisor_id": number(ro["advisor_id"]),
        "shop_id": shop_id(site),
        "detail": None,
        "preferred_contact_type": "text",
        **discounts,
        "taxable": not ro["tax_exempt"],
        "customer_source": "Repeat",
        "supply_fee_cents": cents(sum(supplies, ZERO)) if supplies else None,
        "customer_concern": None,
        "vehicle_use": None,
        "fleet_po": None,
        "started_at": None if state == "estimate" else _second(ro["opened_at"]),
        "closed_at": _second(ro["closed_at"]) if state == "invoice" else None,
        "picked_up_at": None,
        "due_in_at": None,
        "due_out_at": None,
        **{f"{name}_tax_rate": rate for name in CLASSES.values()},
        "services": services(ro, lines, stamps, categories),
        "integrator_tags": [],
        "label": None,
    }


def _second(at: Any) -> str | None:
    return iso(at.replace(microsecond=0)) if at else None


def _speakable(what: str, line: Row) -> None:
    if line["line_type"] not in (*CLASSES, "supply", "discount"):
        raise Unspeakable(f"{what} line {line['line_id']}: there is no {line['line_type']}")
    if line["discount_amount"] or line["core_charge"] or (line["line_type"] == "supply" and line["taxable"]):
        raise Unspeakable(
            f"{what} line {line['line_id']}: a line has no discount, core charge or supplies tax"
        )


def _of_labor(line: Row) -> bool:
    return line["department"] == "labor"


def _discounts(lines: list[Row]) -> Row:
    """In cents, or as a percentage where one of the usual ones says the same."""
    said: Row = {}
    for name in ("part", "labor"):
        off = -net([line for line in lines if _of_labor(line) == (name == "labor")], "discount")
        base = net(lines, name) * 100
        same = [percent for percent in PERCENTAGES if off and half_away(base * percent / 100) == off * 100]
        said[f"{name}_discount_percentage"] = Decimal(same[0]) if same else None
        said[f"{name}_discount_cents"] = cents(off) if off and not same else None
    return said


def tax_of(ro: Row) -> int:
    """In cents: one rate on the sum of each class, less its discount in proportion to what of it is taxed."""
    lines, rate, made = ro["lines"], sum((tax["rate"] for tax in ro["taxes"]), ZERO) * 100, 0
    for name in CLASSES if not ro["tax_exempt"] else ():
        own = [line for line in lines if line["line_type"] == name and line["taxable"]]
        off = [line for line in lines if line["line_type"] == "discount" and _of_labor(line) == (name == "labor")]
        off_cents = net(off, "discount") * 100 if own and name in ("part", "labor") else ZERO
        taken = half_away(off_cents * net(own, name) / net(lines, name)) if off_cents else 0
        made += half_away((net(own, name) * 100 + taken) * rate / 100)
    return made
