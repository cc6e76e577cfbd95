"""Shop-Ware's customers, vehicles, staff and shops, made of the event log's.

Belongs here: records without money. Keep out: orders and payments (shopware_payload.py), HTTP."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from connectors.simulator.events import Site
from connectors.simulator.shopware_services import CLASSES
from connectors.simulator.whole import number, shop_id

Row = dict[str, Any]
ZERO = Decimal(0)
RAILS = {
    "America/Chicago": "Central Time (US & Canada)",
    "America/Denver": "Mountain Time (US & Canada)",
    "America/New_York": "Eastern Time (US & Canada)",
    "America/Los_Angeles": "Pacific Time (US & Canada)",
    "America/Phoenix": "Arizona",
    "America/Anchorage": "Alaska",
    "Pacific/Honolulu": "Hawaii",
}


def customer(site: Site, data: Row, stamps: Row) -> Row:
    phones = [
        _phone(text, nth == 0) for nth, text in enumerate(filter(None, (data["phones"] or "").split(";")))
    ]
    fleet = data["type"] == "fleet"
    return {
        **stamps,
        "id": number(data["customer_id"]),
        "first_name": data["first_name"] or "",
        "last_name": data["last_name"] or "",
        "email": data["email"] or "",
        "phone": phones[0]["number"] if phones else "",
        "phones": phones,
        "detail": "",
        "address": data["address_1"] or "",
        "city": data["city"] or "",
        "state": data["state"] or "",
        "zip": data["postal_code"] or "",
        "marketing_ok": not data["mail_opt_out"],
        "shop_ids": [shop_id(site)],
        "origin_shop_id": shop_id(site),
        "customer_type": "corporate" if fleet else "individual",
        "business_name": data["company_name"],
        "fleet_id": None,
        "date_of_birth": None,
        "integrator_tags": [],
    }


def _phone(text: str, preferred: bool) -> Row:
    local = f"({text[2:5]}) {text[5:8]}-{text[8:]}"
    said = {"number": text, "national": local, "international": f"+1 {text[2:5]}-{text[5:8]}-{text[8:]}"}
    return {**said, "country_code": "1", "label": None, "preferred": preferred, "show_on_ro": preferred}


def vehicle(_: Site, data: Row, stamps: Row) -> Row:
    own = {name: str(data[name] or "") for name in ("vin", "year", "make", "model", "engine")}
    empty = dict.fromkeys(
        ("plate", "production_date", "registration_exp_date", "detail", "fleet_number", "color"), ""
    )
    owners = [number(data["customer_id"])] if data["customer_id"] else []
    said = {**stamps, **empty, **own, "id": number(data["vehicle_id"]), "customer_ids": owners}
    return {**said, "integrator_tags": []}


def staff(site: Site, data: Row, stamps: Row) -> Row:
    first, _, last = (data["name"] or "").partition(" ")
    said = {"id": number(data["employee_id"]), "employee_id": number(data["employee_id"]), "email": ""}
    roles = {role: data["role"] == role for role in ("advisor", "technician")}
    named = {
        "first_name": first,
        "last_name": last,
        "active": bool(data["active"]),
        "assigned_shop_id": shop_id(site),
    }
    return {**stamps, **said, **roles, **named, "integrator_tags": []}


def shop(site: Site, stamps: Row) -> Row:
    rate = sum((rate for _, rate in site.taxes), ZERO) * 100
    return {
        **stamps,
        "id": shop_id(site),
        "identifier": site.source_code,
        "name": site.name,
        "address": "1 Main St",
        "phone": f"({site.area_code}) 555-0100",
        "time_zone": RAILS[site.timezone],
        "service_desk_email": f"{site.id}@example.com",
        "avg_labor_cost_cents": 5000,
        **{f"{name}_tax_rate": rate for name in CLASSES.values()},
        "supply_fee_rate": ZERO,
        "part_supply_fee_rate": ZERO,
        "supply_fee_name": None,
        "supply_fee_cap_cents": ZERO,
        "mycarfax_enabled": False,
        "live_at": stamps["created_at"],
        "integrator_tags": [],
    }
