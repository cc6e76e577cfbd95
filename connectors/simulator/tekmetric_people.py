"""Tekmetric's customers, vehicles and employees, made of the event log's.

Belongs here: records without money. Keep out: orders and payments (tekmetric_payload.py), HTTP."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from connectors.simulator.events import Site
from connectors.simulator.whole import shop_id

Row = dict[str, Any]
ROLES = {
    "advisor": (3, "2", "Service Advisor"),
    "technician": (2, "3", "Technician"),
    "manager": (1, "1", "Shop Admin"),
}


def customer(site: Site, data: Row, stamps: Row) -> Row:
    fleet = data["type"] == "fleet"
    phones = list(filter(None, (data["phones"] or "").split(";")))
    address = {"id": 1, "address1": data["address_1"], "address2": None, "city": data["city"],
               "state": data["state"], "zip": data["postal_code"]}  # fmt: skip
    kind = {"id": 2, "code": "BUSINESS", "name": "Business"} if fleet else {"id": 1, "code": "PERSON", "name": "Person"}
    return {
        **stamps,
        "id": int(data["customer_id"]),
        "firstName": data["company_name"] if fleet else data["first_name"],
        "lastName": None if fleet else data["last_name"],
        "email": data["email"],
        "phone": [
            {"id": nth, "number": text[2:], "type": "Mobile", "primary": nth == 0} for nth, text in enumerate(phones)
        ],
        "customerType": kind,
        "contactFirstName": None,
        "contactLastName": None,
        "address": address,
        "shopId": shop_id(site),
        "eligibleForAccountsReceivable": bool(data["ar_terms"]),
        "creditLimit": Decimal(0),
        "okForMarketing": not data["mail_opt_out"],
        "notes": None,
    }


def vehicle(_: Site, data: Row, stamps: Row) -> Row:
    own = {name: data[name] for name in ("year", "make", "model", "engine", "vin")}
    empty = dict.fromkeys(("subModel", "color", "licensePlate", "state", "notes", "unitNumber"))
    return {**stamps, **empty, **own, "id": int(data["vehicle_id"]), "customerId": int(data["customer_id"])}


def employee(_: Site, data: Row, stamps: Row) -> Row:
    """Without its shop, as the vendor's list is: only the question says which shop it is of."""
    first, _, last = data["name"].partition(" ")
    number, code, name = ROLES.get(data["role"], (4, "4", "Other"))
    stamps = {key: value for key, value in stamps.items() if key != "deletedDate"}
    return {**stamps, "id": int(data["employee_id"]), "firstName": first, "lastName": last, "email": None,
            "employeeRole": {"id": number, "code": code, "name": name},
            "canPerformWork": data["role"] == "technician"}  # fmt: skip
