"""What a Shop-Ware tenant holds around its orders: recommendations, items of inspections, appointments, shift clocks.

Belongs here: canonical data -> those structures. Keep out: orders and payments (shopware_payload.py), HTTP.

What the protocol cannot carry: why work was declined and until when it waits; who inspected and whether the customer
saw it; an appointment without an order, what became of one, whose it is, who made it how; whether hours are
approved."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from connectors.simulator.events import Site, iso
from connectors.simulator.shopware_services import CLASSES
from connectors.simulator.whole import cents, number, shop_id

Row = dict[str, Any]
RATE = 10000
APPROVED = {"sold": "true", "declined": "false"}
COLORS = {"items_red": "red", "items_yellow": "yellow", "items_green": "green"}


def recommendations(ro: Row, order: Row, stamps: Row) -> dict[str, Row]:
    """One per job: what was sold stands on the order as a service, the rest is told here alone."""
    standing = dict.fromkeys(line["job_id"] for line in ro["lines"] if line["line_type"] in CLASSES)
    services = dict(zip(standing, order["services"], strict=True))
    made = {}
    for nth, job in enumerate(ro["jobs"], start=1):
        imported, open_ = job["job_id"] in services, order["state"] == "estimate"
        key = order["id"] * 100 + nth
        approved = None if open_ and imported else APPROVED.get(job["decision"])
        at = iso(job["decided_at"].replace(microsecond=0)) if approved == "true" and job["decided_at"] else None
        made[job["job_id"]] = {
            **stamps,
            "id": key,
            "description": job["title"],
            "approved": approved,
            "approver_id": order["advisor_id"] if approved == "true" else None,
            "approval_type": "phone" if approved == "true" else None,
            "imported": imported,
            "quick_price_cents": None,
            "service": services[job["job_id"]] if imported else _service(key, job, stamps),
            "repair_order_id": order["id"],
            "approval_at": at,
            "integrator_tags": [],
        }
    return made


def _service(key: int, job: Row, stamps: Row) -> Row:
    """What was presented, as one item of each class."""
    labor, parts, sublet = (cents(job[f"presented_{name}"]) for name in ("labor", "parts", "sublet"))
    item = {**stamps, "id": key, "taxable": True}
    names = {"name": job["title"], "description": job["title"]}
    return {
        **stamps,
        "id": 10**9 + key,
        "title": job["title"],
        "completed": False,
        "category_id": None,
        "row_order": 1,
        "fixed_price_cents": None,
        "canned_job_id": None,
        "comment": "",
        "fixed_price_labor_total_cents": None,
        "is_fixed_price_service": False,
        "labor_rate_cents": RATE,
        "completed_at": None,
        "last_completed_at": None,
        "labors": [{**item, "name": job["title"], "technician_id": number(job["technician_id"]),
                    "hours": Decimal(labor) / RATE, "row_order": 1}] if labor else [],
        "parts": [{**item, "brand": None, "description": job["title"], "number": None, "quoted_price_cents": parts,
                   "cost_cents": None, "part_inventory_id": key, "sell_price_cents": parts, "quantity": Decimal(1),
                   "quantity_needed": Decimal(0)}] if parts else [],
        "hazmats": [],
        "sublets": [{**item, **names, "price_cents": sublet, "cost_cents": None, "provider": "", "invoice_number": "",
                     "invoice_date": None, "vendor_id": None}] if sublet else [],
        "inspections": [],
    }  # fmt: skip


def inspected(data: Row, stamps: Row) -> list[Row]:
    """An item for each color that was found; one that nobody has answered while the inspection goes on."""
    key = number(data["inspection_id"]) * 100
    states = [state for count, state in COLORS.items() for _ in range(data[count] or 0)]
    states += [] if data["completed_at"] else ["unchecked"]
    began = iso(data["started_at"].replace(microsecond=0))
    return [
        {**stamps, "created_at": began, "id": key + nth, "name": f"Check {nth}", "state": state}
        for nth, state in enumerate(states, start=1)
    ]


def appointment(site: Site, data: Row, stamps: Row) -> Row | None:
    """None while there is no order for it."""
    if data["ro_id"] is None:
        return None
    seconds = (data["booked_hours"] or Decimal(1)) * 3600
    end = data["scheduled_at"] + timedelta(seconds=int(seconds))
    return {
        **stamps,
        "id": number(data["appointment_id"]),
        "staff_id": number(data["advisor_id"]) or 1,  # somebody's calendar it must stand in
        "title": data["services"] or "",
        "description": "",
        "shop_id": shop_id(site),
        "start_at": iso(data["scheduled_at"].replace(microsecond=0)),
        "end_at": iso(end.replace(microsecond=0)),
        "repair_order_id": number(data["ro_id"]),
        "integrator_tags": [],
    }


def time_clock(site: Site, data: Row) -> Row:
    """With the offset of the shop, unlike every other instant; who is still at work has no end."""
    local = {f"clock_{end}_at": data[f"{end}_at"] for end in ("in", "out") if data[f"{end}_at"]}
    shown = {name: at.astimezone(site.zone).isoformat() for name, at in local.items()}
    return {"staff_id": number(data["employee_id"]), **shown}
