"""What was done, sold and declined under a Tekmetric order: its jobs with labor and parts, fees, discounts, sublets.

Belongs here: lines and jobs -> items, in whole cents. Keep out: the order around them (tekmetric_payload.py)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from connectors.simulator.events import Site, iso
from connectors.simulator.operations import technicians
from connectors.simulator.whole import cents, half_away

Row = dict[str, Any]
ZERO = Decimal(0)
FEES = {"supply": "Shop Supplies", "upcharge": "Card Fee", "other": "Towing", "package_add": "Package Add"}
DISCOUNTS = {"discount": "Discount", "coupon": "Coupon", "package_discount": "Package"}
FEE_TYPES = {name: line_type for line_type, name in FEES.items()}
DISCOUNT_TYPES = {name: line_type for line_type, name in DISCOUNTS.items()}
TIRE = ("model", "width", "ratio", "diameter", "loadIndex", "speedRating", "tireType", "treadwear")


def instant(site: Site, at: datetime | None, day: date | None = None) -> str | None:
    """The instant to the second; noon of the day where the books name another day."""
    if at is None or (day is not None and site.business_date(at) != day):
        return None if day is None else iso(datetime.combine(day, time(12), site.zone))
    return iso(at.replace(microsecond=0))


def whose(ro: Row) -> Row:
    names = {"customerId": "customer_id", "vehicleId": "vehicle_id"}
    return {name: int(ro[key]) if ro[key] else None for name, key in names.items()}


def jobs(site: Site, ro: Row, stamps: Row) -> list[Row]:
    return [_job(site, ro, job, stamps) for job in _jobs(ro)]


def _jobs(ro: Row) -> list[Row]:
    """The order's jobs, and one for labor and parts that stand under none."""
    found: list[Row] = list(ro["jobs"])
    known = {job["job_id"] for job in found}
    if any(line["job_id"] not in known and line["line_type"] in ("labor", "part") for line in ro["lines"]):
        other = {"job_id": f"{ro['ro_id']}99", "title": "Other work", "category": None, "decision": "sold"}
        found.append({**other, "decided_at": ro["opened_at"], "technician_id": None, "other": known})
    return found


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
    extra = fees(own) if rest is None else []  # those without a job stand on the order
    less = [*(discounts(own) if rest is None else []), *_line_discounts(own)]
    worth = {"laborTotal": cents(_gross(own, "labor")), "partsTotal": cents(_gross(own, "part"))}
    return {
        **_job_head(site, ro, job, stamps),
        "authorized": sold,
        "authorizedDate": instant(site, job["decided_at"]) if sold else None,
        **worth,
        "discountTotal": sum(item["total"] for item in less),
        "feeTotal": sum(item["total"] for item in extra),
        "subtotal": sum(worth.values()),
        "labor": labor,
        "parts": parts,
        "fees": extra,
        "discounts": less,
        "laborHours": sum((item["hours"] for item in labor), ZERO),
        "loggedHours": sum((line["hours_actual"] or ZERO for line in own), ZERO),
    }


def _job_head(site: Site, ro: Row, job: Row, stamps: Row) -> Row:
    """`selected` is what is ticked on the screen: declined work often still is, so nobody should count by it."""
    return {
        "id": int(job["job_id"]),
        "repairOrderId": int(ro["ro_id"]),
        **whose(ro),
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


def fees(lines: Iterable[Row]) -> list[Row]:
    return [
        {"id": _id(line), "name": FEES.get(line["line_type"], line["description"]), "total": cents(line["net_amount"])}
        for line in lines
        if line["line_type"] in ("fee", *FEES)
    ]


def discounts(lines: Iterable[Row]) -> list[Row]:
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


def sublets(ro: Row) -> list[Row]:
    """Those of the order, and those that the customer declined."""
    sold = [_sublet(line, True) for line in ro["lines"] if line["line_type"] == "sublet"]
    declined = [job for job in ro["jobs"] if job["decision"] != "sold" and job["presented_sublet"]]
    return sold + [_declined_sublet(job) for job in declined]


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
