"""Shopmonkey's rows of the event log's records: each record as the rows of the tables that hold it.

Belongs here: canonical data -> Shopmonkey's fields, exact to the cent. Keep out: changes and files (shopmonkey.py).

What the stream cannot carry, and what becomes of it: fees of all kinds are fees (card upcharges, towing); coupons,
packages and discounts of an order are taken off its first service; one technician per labor line; core charges are in
the price; a void is a deletion; on hold, scheduled and finished are open or an estimate; charges to an account and
voided payments are no payments; roles of people, operation codes, departments, categories and payers are lost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from connectors.simulator.events import Site, iso
from connectors.simulator.whole import cents, digits

Row = dict[str, Any]
Rows = Iterator[tuple[str, str, Row]]  # table, id, fields
ZERO = Decimal(0)
ESTIMATES, INVOICED = ("estimate", "scheduled"), ("closed",)
ITEMS = {"part": "part", "labor": "labor", "sublet": "subcontract", "fee": "fee", "upcharge": "fee", "other": "fee"}
TAKEN_OFF = ("discount", "coupon", "package_discount", "package_add")
DECISIONS = {"sold": "Authorized", "declined": "Declined"}
TYPES = {"cash": "Cash", "check": "Check", "card": "Card"}
COLORS = {"items_red": "Red", "items_yellow": "Yellow", "items_green": "Green"}


def order(site: Site, ro: Row) -> Rows:
    """The order, its services, and the lines of these."""
    own = {"orderId": ro["ro_id"], "locationId": site.source_code}
    first = min((job["job_id"] for job in ro["jobs"] if job["decision"] == "sold"), default=f"{ro['ro_id']}00")
    services = {job["job_id"]: job for job in ro["jobs"]}
    services.setdefault(first, {"job_id": first, "title": "Other work", "decision": "sold", "presented_at": None})
    lines = [{**line, "job_id": line["job_id"] if line["job_id"] in services else first} for line in ro["lines"]]
    yield "order", ro["ro_id"], _order(site, ro, lines)
    for job_id, job in services.items():
        mine = [line for line in lines if line["job_id"] == job_id]
        yield "service", job_id, {**own, **_service(ro, job, mine)}
        for line in mine:
            if line["line_type"] in ITEMS:
                yield ITEMS[line["line_type"]], line["line_id"], {**own, "serviceId": job_id, **_item(line)}


def _order(site: Site, ro: Row, lines: list[Row]) -> Row:
    closed = ro["status"] in INVOICED
    sums = {f"{name}Cents": cents(_gross(lines, *kinds)) for name, kinds in (
        ("parts", ("part",)), ("labor", ("labor",)), ("subcontracts", ("sublet",)),
        ("fees", ("fee", "upcharge", "other")), ("shopSupplies", ("supply",)), ("tax", ("tax",)))}  # fmt: skip
    return {
        "locationId": site.source_code,
        "number": digits(ro["ro_number"]),
        "customerId": ro["customer_id"],
        "vehicleId": ro["vehicle_id"],
        "serviceWriterId": ro["advisor_id"],
        "authorized": ro["status"] not in ESTIMATES,
        "invoiced": closed,
        "invoicedDate": iso(ro["closed_at"]) if closed else None,
        "orderCreatedDate": iso(ro["opened_at"]) if ro["opened_at"] else None,
        "mileageIn": ro["odometer_in"],
        **sums,
        **dict.fromkeys(("tiresCents", "epaCents", "gstCents", "hstCents", "pstCents"), 0),
        "discountCents": cents(_off(lines)),
        "totalCostCents": cents(ro["header_total"]),
        "deleted": ro["status"] == "void" or bool(ro["deleted"]),
        "deletedReason": ro["void_reason"],
        "archived": False,
        "messageCount": 0,
    }


def _gross(lines: list[Row], *kinds: str) -> Decimal:
    return sum((line["gross_amount"] for line in lines if line["line_type"] in kinds), ZERO)


def _off(lines: list[Row]) -> Decimal:
    """All that was taken off: of lines, and of the whole."""
    return sum((line["discount_amount"] or ZERO for line in lines), ZERO) - _gross(lines, *TAKEN_OFF)


def _service(ro: Row, job: Row, lines: list[Row]) -> Row:
    decision = job["decision"] if job["decision"] != "open" and ro["status"] not in ESTIMATES else "open"
    sold = decision in ("sold", "open") and bool(lines)
    return {
        "name": job["title"],
        "authorizationStatus": DECISIONS.get(decision, "NotAuthorized"),
        "deferredReason": "Declined" if decision == "declined" else "Archived" if decision == "deferred" else None,
        "hidden": False,
        "calculatedDiscountCents": cents(_off(lines)),
        "calculatedPartsCents": cents(_gross(lines, "part") if sold else job.get("presented_parts")),
        "calculatedLaborCents": cents(_gross(lines, "labor") if sold else job.get("presented_labor")),
        "calculatedSubcontractsCents": cents(_gross(lines, "sublet") if sold else job.get("presented_sublet")),
        "calculatedTiresCents": 0,
    }


def _item(line: Row) -> Row:
    what, units = f"line {line['line_id']}", line["quantity"] or Decimal(1)
    named = {"name": line["description"] or "Item", "note": "", "taxable": bool(line["taxable"])}
    off = {"discountCents": cents(line["discount_amount"]), "discountValueType": "FixedCents"}
    match ITEMS[line["line_type"]]:
        case "part":
            return {**named, **off, "partNumber": line["part_number"] or "", "quantity": int(units),
                    "retailCostCents": cents(line["gross_amount"], units, what),
                    "wholesaleCostCents": cents(line["cost_amount"], units, what),
                    "vendorId": line["supplier_id"]}  # fmt: skip
        case "labor":
            technician = (line["technician_ids"] or "").partition(":")[0] or None
            return {**named, **off, "hours": line["hours_billed"], "technicianId": technician,
                    "rateCents": cents(line["gross_amount"], line["hours_billed"], what),
                    "costTotalCents": cents(line["cost_amount"]) if line["cost_amount"] else None}  # fmt: skip
        case "subcontract":
            return {**named, **off, "retailCostCents": cents(line["gross_amount"]),
                    "costCents": cents(line["cost_amount"]), "vendorId": line["supplier_id"]}  # fmt: skip
        case _:
            return {"name": named["name"], "feeType": "FixedCents", "amountCents": cents(line["gross_amount"])}


def tender(site: Site, row: Row) -> Rows:
    """None for what is no payment here: a charge to an account, or one that was voided or stands on no order."""
    if row["method"] == "ar" or row["is_void"] or row["deleted"] or row["ro_id"] is None:
        return
    yield (
        "payment",
        row["tender_id"],
        {
            "orderId": row["ro_id"],
            "locationId": site.source_code,
            "amount": abs(cents(row["amount"])),
            "transactionType": "Refund" if row["amount"] < 0 else "Charge",
            "paymentType": TYPES.get(row["method"], "Other"),
            "cardType": row["method_name"],
            "cardConfirmation": row["auth_code"],
            "deposit": row["kind"] == "advance",
            "provider": "Manual",
            "note": row["reference"] or "",
            "payerId": row["customer_id"],
            "recordedDate": iso(row["recorded_at"]),
        },
    )


def customer(_: Site, row: Row) -> Rows:
    key = row["customer_id"]
    yield "customer", key, {
        "firstName": row["first_name"], "lastName": row["last_name"], "companyName": row["company_name"],
        "customerType": "Fleet" if row["type"] == "fleet" else "Customer", "address1": row["address_1"],
        "city": row["city"], "state": row["state"], "postalCode": row["postal_code"],
        "marketingOptIn": not row["mail_opt_out"],
    }  # fmt: skip
    for nth, number in enumerate(filter(None, (row["phones"] or "").split(";"))):
        yield "phone_number", f"{key}p{nth}", {"customerId": key, "number": number, "primary": nth == 0, "optIn": True}
    if row["email"]:
        yield "email", f"{key}e", {"customerId": key, "email": row["email"], "primary": True}


def vehicle(_: Site, row: Row) -> Rows:
    own = {name: row[name] for name in ("vin", "year", "make", "model", "engine")}
    yield "vehicle", row["vehicle_id"], {**own, "mileage": row["odometer"], "mileageUnit": "Mi"}
    if row["customer_id"]:
        owner = {"vehicleId": row["vehicle_id"], "customerId": row["customer_id"]}
        yield "vehicle_owner", f"{row['vehicle_id']}|{row['customer_id']}", owner


def employee(site: Site, row: Row) -> Rows:
    first, _, last = (row["name"] or "").partition(" ")
    yield "user", row["employee_id"], {"locationId": site.source_code, "firstName": first, "lastName": last}


def appointment(site: Site, row: Row) -> Rows:
    yield "appointment", row["appointment_id"], {
        "locationId": site.source_code, "customerId": row["customer_id"], "vehicleId": row["vehicle_id"],
        "orderId": row["ro_id"], "name": row["services"] or "", "startDate": iso(row["scheduled_at"]),
        "confirmed": row["status"] in ("confirmed", "arrived"),
        "cancelationNote": "cancelled" if row["status"] == "cancelled" else None,
    }  # fmt: skip


def time_card(site: Site, row: Row) -> Rows:
    hours = row["hours"]
    yield "timesheet", row["card_id"], {
        "locationId": site.source_code, "technicianId": row["employee_id"], "activity": "General",
        "clockIn": iso(row["in_at"]), "clockOut": iso(row["out_at"]) if row["out_at"] else None,
        "duration": int(hours * 3_600_000) if hours is not None else None, "inProgress": row["out_at"] is None,
        "type": "Timeclock",
    }  # fmt: skip


def inspection(site: Site, row: Row) -> Rows:
    key = row["inspection_id"]
    yield "inspection", key, {
        "orderId": row["ro_id"], "locationId": site.source_code, "name": "Courtesy inspection",
        "completed": row["completed_at"] is not None, "createdById": row["technician_id"],
        "completedDate": iso(row["completed_at"]) if row["completed_at"] else None,
    }  # fmt: skip
    for count, color in COLORS.items():
        for nth in range(row[count] or 0):
            item = {"inspectionId": key, "locationId": site.source_code, "name": f"Item {nth}", "status": color}
            yield "inspection_item", f"{key}{color[0]}{nth}", item
