"""Tekmetric's side of a made-up shop: what each entity looks like as one of its records, in whole cents.

Belongs here: canonical data -> Tekmetric's structures. Keep out: what exists when (tekmetric.py), HTTP.

What the protocol cannot carry, and what becomes of it: a line's discount is a discount of its job; a core charge is in
the price; supplies, card fees, other money and what a package adds are fees, told apart by their names; coupons are
discounts; a void is a deleted order; who pays, jurisdictions of tax, labor cost, clocked hours of a line, suppliers of
parts, which lines are taxed, reasons and dates of deferral are lost. A day that is not that of its instant is told by
the noon of that day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connectors.simulator.catalogue import METHODS
from connectors.simulator.events import Site, iso
from connectors.simulator.operations import technicians, total

Row = dict[str, Any]
ZERO = Decimal(0)
STATUSES = {
    1: ("ESTIMATE", "Estimate"), 2: ("WORKINPROGRESS", "Work-in-Progress"), 3: ("COMPLETE", "Complete"),
    4: ("SAVED", "Saved for Later"), 5: ("POSTED", "Posted"), 6: ("ACCRECV", "Accounts Receivable"),
    7: ("DELETED", "Deleted"),
}  # fmt: skip
STATUS_OF = {"estimate": 1, "scheduled": 1, "open": 2, "on_hold": 2, "finished": 3, "closed": 5, "void": 7}
ROLES = {
    "advisor": (3, "2", "Service Advisor"),
    "technician": (2, "3", "Technician"),
    "manager": (1, "1", "Shop Admin"),
}
FEES = {"supply": "Shop Supplies", "upcharge": "Card Fee", "other": "Towing", "package_add": "Package Add"}
DISCOUNTS = {"discount": "Discount", "coupon": "Coupon", "package_discount": "Package"}
FEE_TYPES = {name: line_type for line_type, name in FEES.items()}
DISCOUNT_TYPES = {name: line_type for line_type, name in DISCOUNTS.items()}
WAYS_OF_PAYING = {name: method for menu in METHODS.values() for method, name, _ in menu}
TIRE = ("model", "width", "ratio", "diameter", "loadIndex", "speedRating", "tireType", "treadwear")


def cents(amount: Decimal | None) -> int:
    return int((amount or ZERO) * 100)


def half_away(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def shop_id(site: Site) -> int:
    return int("".join(filter(str.isdigit, site.source_code)))


def instant(site: Site, at: datetime | None, day: date | None = None) -> str | None:
    """The instant to the second; noon of the day where the books name another day."""
    if at is None or (day is not None and site.business_date(at) != day):
        return None if day is None else iso(datetime.combine(day, time(12), site.zone))
    return iso(at.replace(microsecond=0))


def repair_order(site: Site, ro: Row, paid: Iterable[Row], stamps: Row) -> Row:
    """The document; `paid` are the payments of the order that count."""
    jobs = [_job(site, ro, job, stamps) for job in _jobs(ro)]
    sublets = [_sublet(line, True) for line in ro["lines"] if line["line_type"] == "sublet"]
    sublets += [_declined_sublet(job) for job in ro["jobs"] if job["decision"] != "sold" and job["presented_sublet"]]
    known = {job["job_id"] for job in ro["jobs"]}
    undecided = any(job["authorized"] is None for job in jobs)  # then nothing is sold yet: no supplies, no tax
    outside = [line for line in ro["lines"] if line["job_id"] not in known and not undecided]
    sums = {
        "laborSales": _sales(jobs, "laborTotal"),
        "partsSales": _sales(jobs, "partsTotal"),
        "subletSales": sum(item["price"] for item in sublets if item["authorized"]),
        "discountTotal": sum(item["total"] for item in _discounts(outside)) + _sales(jobs, "discountTotal"),
        "feeTotal": sum(item["total"] for item in _fees(outside)) + _sales(jobs, "feeTotal"),
        "taxes": 0 if undecided else cents(total(ro["lines"], "tax")),
    }
    due, amount = sum(sums.values()) - 2 * sums["discountTotal"], sum(cents(row["amount"]) for row in paid)
    status = 7 if stamps["deletedDate"] else STATUS_OF[ro["status"]]
    status = 6 if status == 5 and amount < due else status
    told = {**sums, "amountPaid": amount, "totalSales": due, "jobs": jobs, "sublets": sublets}
    return {**_head(site, ro, status, stamps), **told, "fees": _fees(outside), "discounts": _discounts(outside)}


def _head(site: Site, ro: Row, status: int, stamps: Row) -> Row:
    closed = ro["status"] == "closed"
    return {
        **stamps,
        "id": int(ro["ro_id"]),
        "repairOrderNumber": int("".join(filter(str.isdigit, ro["ro_number"]))),
        "shopId": shop_id(site),
        "repairOrderStatus": _status(status),
        "repairOrderLabel": {"id": 9, "code": "PU", "name": "Picked Up", "status": _status(status)},
        "repairOrderCustomLabel": None,
        "color": "#ff0000",
        "appointmentId": None,
        "appointmentStartTime": None,
        **_whose(ro),
        "technicianId": None,
        "serviceWriterId": int(ro["advisor_id"]) if ro["advisor_id"] else None,
        "milesIn": ro["odometer_in"],
        "milesOut": None,
        "keytag": None,
        "completedDate": instant(site, ro["closed_at"]) if closed else None,
        "postedDate": instant(site, ro["closed_at"], ro["closed_date"]) if closed else None,
        "customerConcerns": [],
        "estimateShareDate": None,
        "inspectionShareDate": None,
        "invoiceShareDate": None,
        "leadSource": "Repeat",
    }


def _whose(ro: Row) -> Row:
    names = {"customerId": "customer_id", "vehicleId": "vehicle_id"}
    return {name: int(ro[key]) if ro[key] else None for name, key in names.items()}


def _status(status: int) -> Row:
    code, name = STATUSES[status]
    return {"id": status, "code": code, "name": name, "postedOrAccrecv": status in (5, 6)}


def _sales(jobs: list[Row], name: str) -> int:
    return sum(job[name] for job in jobs if job["authorized"])


def _jobs(ro: Row) -> list[Row]:
    """The order's jobs, and one for labor and parts that stand under none."""
    jobs: list[Row] = list(ro["jobs"])
    known = {job["job_id"] for job in jobs}
    if any(line["job_id"] not in known and line["line_type"] in ("labor", "part") for line in ro["lines"]):
        other = {"job_id": f"{ro['ro_id']}99", "title": "Other work", "category": None, "decision": "sold"}
        jobs.append({**other, "decided_at": ro["opened_at"], "technician_id": None, "other": known})
    return jobs


def _job(site: Site, ro: Row, job: Row, stamps: Row) -> Row:
    """Declined work stays with what it would have come to."""
    rest: set[str] | None = job.get("other")
    own = [
        line
        for line in ro["lines"]
        if (line["job_id"] == job["job_id"] if rest is None else line["job_id"] not in rest)
    ]
    sold = {"sold": True, "open": None}.get(job["decision"], False)
    own = own if sold or own else _presented(job)
    labor = [item for line in own if line["line_type"] == "labor" for item in _labor(line)]
    parts = [_part(line) for line in own if line["line_type"] == "part"]
    fees = _fees(own) if rest is None else []  # those without a job stand on the order
    discounts = [*(_discounts(own) if rest is None else []), *_line_discounts(own)]
    worth = {"laborTotal": cents(_gross(own, "labor")), "partsTotal": cents(_gross(own, "part"))}
    return {
        **_job_head(site, ro, job, stamps),
        "authorized": sold,
        "authorizedDate": instant(site, job["decided_at"]) if sold else None,
        **worth,
        "discountTotal": sum(item["total"] for item in discounts),
        "feeTotal": sum(item["total"] for item in fees),
        "subtotal": sum(worth.values()),
        "labor": labor,
        "parts": parts,
        "fees": fees,
        "discounts": discounts,
        "laborHours": sum((item["hours"] for item in labor), ZERO),
        "loggedHours": sum((line["hours_actual"] or ZERO for line in own), ZERO),
    }


def _job_head(site: Site, ro: Row, job: Row, stamps: Row) -> Row:
    """`selected` is what is ticked on the screen: declined work often still is, so nobody should count by it."""
    return {
        "id": int(job["job_id"]),
        "repairOrderId": int(ro["ro_id"]),
        **_whose(ro),
        "name": job["title"],
        "selected": int(job["job_id"]) % 3 != 0,
        "technicianId": int(job["technician_id"]) if job["technician_id"] else None,
        "note": job.get("declined_reason"),
        "cannedJobId": None,
        "jobCategoryName": job["category"],
        "archived": False,
        "createdDate": instant(site, job.get("presented_at")) or stamps["createdDate"],
        "completedDate": None,
        "updatedDate": stamps["updatedDate"],
        "sort": 0,
    }


def _gross(lines: Iterable[Row], line_type: str) -> Decimal:
    return sum((line["gross_amount"] for line in lines if line["line_type"] == line_type), ZERO)


def _presented(job: Row) -> list[Row]:
    """Work that was not sold, as the two lines that the customer saw."""
    common = {"description": job["title"], "hours_billed": None, "hours_actual": None, "technician_ids": None,
              "quantity": None, "cost_amount": None, "part_number": None, "brand": None,
              "discount_amount": ZERO}  # fmt: skip
    shown = (("labor", "1", job.get("presented_labor")), ("part", "2", job.get("presented_parts")))
    return [
        {**common, "line_type": line_type, "line_id": job["job_id"] + nth, "gross_amount": amount}
        for line_type, nth, amount in shown
        if amount
    ]


def _id(line: Row, part: int = 0) -> int:
    return int(line["line_id"]) * 10 + part


def _labor(line: Row) -> list[Row]:
    """Hours at a rate, one item per technician; one hour at the whole amount where no rate gives it."""
    gross = line["gross_amount"] * 100
    hours = line["hours_billed"] or Decimal(1)
    who: list[tuple[str | None, Decimal]] = [*technicians(line)] or [(None, Decimal(1))]
    rate = gross / hours
    made = sum(half_away(rate * hours * share) for _, share in who)
    if rate != int(rate) or made != gross:
        rate, hours, who = gross, Decimal(1), [(who[0][0], Decimal(1))]
    common = {"name": line["description"] or "Labor", "rate": int(rate), "complete": True}
    return [
        {**common, "id": _id(line, part), "hours": hours * share, "technicianId": int(tech) if tech else None}
        for part, (tech, share) in enumerate(who)
    ]


def _part(line: Row) -> Row:
    """Units at a price; one unit at the whole amount where no whole cents per unit give it."""
    units = line["quantity"] or Decimal(1)
    price, cost = line["gross_amount"] * 100 / units, (line["cost_amount"] or ZERO) * 100 / units
    if price != int(price) or cost != int(cost):
        units, price, cost = Decimal(1), line["gross_amount"] * 100, (line["cost_amount"] or ZERO) * 100
    kind = {"id": 1, "code": "P", "name": "Part"}
    return {
        "id": _id(line), "quantity": units, "brand": line["brand"], "name": line["description"],
        "partNumber": line["part_number"], "description": line["description"], "cost": int(cost),
        "retail": int(price), **dict.fromkeys(TIRE), "partType": kind,
        "partStatus": {"id": 2, "code": "R", "name": "Received"}, "dotNumbers": [],
    }  # fmt: skip


def _fees(lines: Iterable[Row]) -> list[Row]:
    return [
        {"id": _id(line), "name": FEES.get(line["line_type"], line["description"]), "total": cents(line["net_amount"])}
        for line in lines
        if line["line_type"] in ("fee", *FEES)
    ]


def _discounts(lines: Iterable[Row]) -> list[Row]:
    return [
        {"id": _id(line), "name": DISCOUNTS[line["line_type"]], "total": -cents(line["net_amount"])}
        for line in lines
        if line["line_type"] in DISCOUNTS
    ]


def _line_discounts(lines: Iterable[Row]) -> list[Row]:
    return [
        {"id": _id(line, 9), "name": "Discount", "total": cents(line["discount_amount"])}
        for line in lines
        if line["line_type"] in ("labor", "part") and line["discount_amount"]
    ]


def _sublet(line: Row, authorized: bool) -> Row:
    price, cost = cents(line["net_amount"]), cents(line["cost_amount"])
    item = {"id": _id(line, 1), "name": line["description"], "cost": cost, "price": price, "complete": True}
    vendor = {"id": int(line["supplier_id"] or 1), "name": "A vendor", "nickname": None}
    return {"id": _id(line), "name": line["description"] or "Sublet", "vendor": vendor, "authorized": authorized,
            "authorizedDate": None, "selected": True, "note": None, "items": [item], "price": price, "cost": cost,
            "taxSublet": False}  # fmt: skip


def _declined_sublet(job: Row) -> Row:
    line = {"line_id": job["job_id"] + "3", "description": job["title"], "net_amount": job["presented_sublet"],
            "cost_amount": None, "supplier_id": None}  # fmt: skip
    return _sublet(line, False)


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
        "creditLimit": ZERO,
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


def payment(site: Site, row: Row, name: str) -> Row:
    """The body of a webhook: no id of its own, no date of change."""
    void = row["is_void"] or row["deleted"]
    return {
        "event": f"Payment made by {name}",
        "data": {
            "id": int(row["tender_id"]), "repairOrderId": int(row["ro_id"]), "shopId": shop_id(site),
            "customerId": int(row["customer_id"]) if row["customer_id"] else None, "payerName": name,
            "amount": cents(row["amount"]), "paymentType": {"id": 1, "name": row["method_name"]},
            "paymentDate": instant(site, row["recorded_at"], row["business_date"]),
            "ccLast4": None, "arPayment": row["kind"] == "ar_payment",
            "paymentStatus": "VOIDED" if void else "SUCCEEDED",
        },
    }  # fmt: skip
