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

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from hashlib import md5
from typing import Any

from connectors.simulator.events import Site, iso

Row = dict[str, Any]
ZERO = Decimal(0)
CLASSES = {"part": "part", "labor": "labor", "fee": "hazmat", "sublet": "sublet"}
STATES = {"estimate": "estimate", "scheduled": "estimate", "closed": "invoice"}  # all others: in_progress
STATUSES = ("estimate", "in_progress", "invoice")
PERCENTAGES = (5, 10, 15, 20)
CARD, OTHER = "Credit Card", "Other"


class Unspeakable(ValueError):
    """The event log holds something that Shop-Ware's protocol cannot say."""


def number(key: str | None) -> int | None:
    """Shop-Ware's ids are integers: the key's own digits, or a stable number made of its text."""
    if key is None:
        return None
    return (
        int(key) if key.isdigit() else int.from_bytes(md5(key.encode(), usedforsecurity=False).digest()[:6])
    )


def shop_id(site: Site) -> int:
    return int("".join(filter(str.isdigit, site.source_code)))


def cents(amount: Decimal | None, units: Decimal = Decimal(1), what: str = "") -> int:
    """Cents per unit, which must be whole."""
    each = (amount or ZERO) * 100 / units
    if each != int(each):
        raise Unspeakable(f"{what}: {amount} over {units} units is no whole number of cents each")
    return int(each)


def half_away(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


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
    rate = sum((tax["rate"] for tax in ro["taxes"]), ZERO) * 100 if ro["taxes"] else ZERO
    _same_tax(what, ro, lines, rate)
    supplies = [line["net_amount"] for line in lines if line["line_type"] == "supply"]
    return {
        **stamps,
        "id": number(ro["ro_id"]),
        "number": int("".join(filter(str.isdigit, ro["ro_number"]))),
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
        "services": _services(ro, lines, stamps, categories),
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


def _net(lines: Iterable[Row], *types: str) -> Decimal:
    return sum((line["net_amount"] for line in lines if line["line_type"] in types), ZERO)


def _of_labor(line: Row) -> bool:
    return line["department"] == "labor"


def _discounts(lines: list[Row]) -> Row:
    """In cents, or as a percentage where one of the usual ones says the same."""
    said: Row = {}
    for name in ("part", "labor"):
        off = -_net([line for line in lines if _of_labor(line) == (name == "labor")], "discount")
        base = _net(lines, name) * 100
        same = [percent for percent in PERCENTAGES if off and half_away(base * percent / 100) == off * 100]
        said[f"{name}_discount_percentage"] = Decimal(same[0]) if same else None
        said[f"{name}_discount_cents"] = cents(off) if off and not same else None
    return said


def _same_tax(what: str, ro: Row, lines: list[Row], rate: Decimal) -> None:
    stated = _net(ro["lines"], "tax") * 100
    made = 0
    for name in CLASSES:
        own = [line for line in lines if line["line_type"] == name and line["taxable"]]
        off = [
            line for line in lines if line["line_type"] == "discount" and _of_labor(line) == (name == "labor")
        ]
        base = _net(own, name) + (_net(off, "discount") if own and name in ("part", "labor") else ZERO)
        made += half_away(base * rate)  # rate is in percent, base in dollars: cents
    if stated != (ZERO if ro["tax_exempt"] else made):
        raise Unspeakable(f"{what}: tax of {stated} cents, but {rate} % of the taxable lines are {made}")


def _services(ro: Row, lines: list[Row], stamps: Row, categories: Sequence[str]) -> list[Row]:
    titles = {job["job_id"]: job for job in ro["jobs"]}
    items = [line for line in lines if line["line_type"] in CLASSES]
    services = []
    for order, job_id in enumerate(dict.fromkeys(line["job_id"] for line in items), start=1):
        own = [line for line in items if line["job_id"] == job_id]
        job = titles.get(job_id) or {"title": "Other work", "category": own[0]["category"]}
        job = {**job, "category_id": categories.index(job["category"] or "") + 1}
        services.append(_service(ro, order, job, own, stamps))
    return services


def _service(ro: Row, order: int, job: Row, own: list[Row], stamps: Row) -> Row:
    labor = [line for line in own if line["line_type"] == "labor"]
    rate = _rate(labor)
    fixed = bool(labor) and (rate is None or (len(own) > 1 and len(labor) == 1 and int(ro["ro_id"]) % 4 == 0))
    total = cents(_net(own, *CLASSES))
    return {
        **stamps,
        "id": number(ro["ro_id"]) * 100 + order,  # type: ignore[operator]
        "title": job["title"],
        "completed": ro["status"] in ("finished", "closed"),
        "category_id": job["category_id"],
        "row_order": order,
        "is_fixed_price_service": fixed,
        "fixed_price_cents": total if fixed else None,
        "fixed_price_labor_total_cents": cents(_net(labor, "labor")) if fixed else None,
        "labor_rate_cents": rate or 10000,
        "canned_job_id": None,
        "comment": "",
        "completed_at": None,
        "last_completed_at": None,
        "labors": [item for line in labor for item in _labors(line, stamps)],
        "parts": [
            item for line in own if line["line_type"] == "part" for item in _parts(line, fixed, stamps)
        ],
        "hazmats": [_hazmat(line, stamps) for line in own if line["line_type"] == "fee"],
        "sublets": [_sublet(line, stamps) for line in own if line["line_type"] == "sublet"],
        "inspections": [],
    }


def _rate(labor: list[Row]) -> int | None:
    """The one rate per hour that gives every labor line its amount."""
    rates = {line["gross_amount"] * 100 / line["hours_billed"] for line in labor if line["hours_billed"]}
    rate = int(rates.pop()) if len(rates) == 1 else None
    if rate is None or any(
        half_away(line["hours_billed"] * rate) != cents(line["net_amount"]) for line in labor
    ):
        return None
    return rate


def _id(line: Row, part: int = 0) -> int:
    return int(number(line["line_id"]) or 0) * 10 + part


def _labors(line: Row, stamps: Row) -> list[Row]:
    """One item per technician, with their share of the hours."""
    shares = [share.split(":") for share in (line["technician_ids"] or ":1").split(";")]
    return [
        {
            **stamps,
            "id": _id(line, part),
            "name": line["description"] or "Labor",
            "technician_id": number(technician or None),
            "taxable": line["taxable"],
            "hours": line["hours_billed"] * Decimal(share),
            "row_order": part + 1,
        }
        for part, (technician, share) in enumerate(shares)
    ]


def _parts(line: Row, fixed: bool, stamps: Row) -> list[Row]:
    """One item; on a fixed-price service half of an even quantity stands apart, at a price of its own."""
    what = f"line {line['line_id']}"
    units = line["quantity"] or Decimal(1)
    price, cost = cents(line["gross_amount"], units, what), cents(line["cost_amount"], units, what)
    prices = [(units, price)]
    if fixed and units > 0 and units % 2 == 0 and price > 50:
        prices = [(units / 2, price - 50), (units / 2, price + 50)]
    return [
        {
            **stamps,
            "id": _id(line),
            "brand": line["brand"] or "",
            "description": line["description"] or "",
            "number": line["part_number"] or "",
            "quoted_price_cents": each,
            "sell_price_cents": each,
            "cost_cents": cost,
            "part_inventory_id": _id(line),
            "taxable": line["taxable"],
            "quantity": quantity,
            "quantity_needed": quantity if nth == 0 else ZERO,
        }
        for nth, (quantity, each) in enumerate(prices)
    ]


def _hazmat(line: Row, stamps: Row) -> Row:
    units = line["quantity"] or Decimal(1)
    said = {
        "id": _id(line),
        "name": line["description"] or "Fee",
        "taxable": line["taxable"],
        "quantity": units,
    }
    return {**stamps, **said, "fee_cents": cents(line["gross_amount"], units, f"line {line['line_id']}")}


def _sublet(line: Row, stamps: Row) -> Row:
    return {
        **stamps,
        "id": _id(line),
        "name": line["description"] or "Sublet",
        "price_cents": cents(line["gross_amount"]),
        "cost_cents": cents(line["cost_amount"]),
        "provider": line["description"] or "",
        "invoice_number": "",
        "description": line["description"] or "",
        "taxable": line["taxable"],
        "vendor_id": number(line["supplier_id"]) or 1,
        "invoice_date": stamps["created_at"],
    }
