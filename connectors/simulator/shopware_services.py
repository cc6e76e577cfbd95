"""What was done and sold under a Shop-Ware order: its services, with labor, parts, hazmats and sublets.

Belongs here: lines -> items, exact to the cent. Keep out: the order around them (shopware_payload.py)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from connectors.simulator.whole import cents, half_away, number

Row = dict[str, Any]
ZERO = Decimal(0)
CLASSES = {"part": "part", "labor": "labor", "fee": "hazmat", "sublet": "sublet"}


def net(lines: Iterable[Row], *types: str) -> Decimal:
    return sum((line["net_amount"] for line in lines if line["line_type"] in types), ZERO)


def services(ro: Row, lines: list[Row], stamps: Row, categories: Sequence[str]) -> list[Row]:
    titles = {job["job_id"]: job for job in ro["jobs"]}
    items = [line for line in lines if line["line_type"] in CLASSES]
    found = []
    for order, job_id in enumerate(dict.fromkeys(line["job_id"] for line in items), start=1):
        own = [line for line in items if line["job_id"] == job_id]
        job = titles.get(job_id) or {"title": "Other work", "category": own[0]["category"]}
        job = {**job, "category_id": categories.index(job["category"] or "") + 1}
        found.append(_service(ro, order, job, own, stamps))
    return found


def _service(ro: Row, order: int, job: Row, own: list[Row], stamps: Row) -> Row:
    labor = [line for line in own if line["line_type"] == "labor"]
    rate = _rate(labor)
    fixed = bool(labor) and (rate is None or (len(own) > 1 and len(labor) == 1 and int(ro["ro_id"]) % 4 == 0))
    total = cents(net(own, *CLASSES))
    return {
        **stamps,
        "id": number(ro["ro_id"]) * 100 + order,
        "title": job["title"],
        "completed": ro["status"] in ("finished", "closed"),
        "category_id": job["category_id"],
        "row_order": order,
        "is_fixed_price_service": fixed,
        "fixed_price_cents": total if fixed else None,
        "fixed_price_labor_total_cents": cents(net(labor, "labor")) if fixed else None,
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
    return number(line["line_id"]) * 10 + part


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
