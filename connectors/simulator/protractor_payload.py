"""Protractor's side of a made-up shop: orders with packages and lines, in dollars, on the shop's wall clock.

Belongs here: canonical data -> Protractor's structures. Keep out: what exists when (protractor.py), HTTP, XML.

What the protocol cannot carry, and what becomes of it: payments (no answer has them); who of two technicians did how
much; core charges (in the price); supplies are the other charges of the order's sums; which lines are taxed, by whom,
and who pays; a void is a work order that is gone; declined and put off is the same: deferred."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from hashlib import md5
from typing import Any
from uuid import UUID

from connectors.simulator.events import Site
from connectors.simulator.operations import technicians, total

Row = dict[str, Any]
ZERO = Decimal("0.00")
TYPES = {"labor": "Labor", "part": "Part", "sublet": "Sublet", "fee": "Fee", "discount": "Discount"}
OTHER_TYPES = {"upcharge": "Card Fee", "other": "Towing", "package_add": "Package Add", "coupon": "Coupon",
               "package_discount": "Package Discount"}  # fmt: skip
LINE_TYPES = {name: line_type for line_type, name in OTHER_TYPES.items()}
STAGES = {"estimate": "Estimate Complete", "scheduled": "Scheduled Work", "open": "Unassigned",
          "on_hold": "Waiting For Parts", "finished": "Ready"}  # fmt: skip


def guid(kind: str, key: str) -> str:
    return str(UUID(md5(f"{kind} {key}".encode(), usedforsecurity=False).hexdigest()))


def wall(site: Site, at: datetime | None, day: date | None = None) -> str | None:
    """The clock on the shop's wall, without an offset; noon of the day where the books name another day."""
    if at is None or (day is not None and site.business_date(at) != day):
        return None if day is None else datetime.combine(day, time(12)).isoformat()
    return at.astimezone(site.zone).replace(tzinfo=None).isoformat()


def order(site: Site, ro: Row, created: datetime, touched: datetime, people: dict[str, Row]) -> Row:
    """An invoice when it is closed, else a work order, whole."""
    closed = ro["status"] == "closed"
    digits = "".join(filter(str.isdigit, ro["ro_number"]))
    prefix = "CS" if ro["refund_of_ro_id"] else "INV"
    return {
        "Header": {"ID": guid("record", ro["ro_id"]), "CreationTime": wall(site, created),
                   "LastModifiedTime": wall(site, touched)},
        "ID": guid("order", ro["ro_id"]),
        "Type": "Estimate" if ro["status"] == "estimate" else "WorkOrder",
        "LocationID": guid("location", site.id),
        "WorkOrderNumber": int(digits),
        "InvoiceNumber": f"{prefix}{digits}" if closed else None,
        "WorkflowStage": "Invoiced" if closed else STAGES[ro["status"]],
        "Completed": ro["status"] in ("finished", "closed"),
        "Contact": people.get(ro["customer_id"]),
        "ServiceItem": people.get(f"car {ro['vehicle_id']}"),
        "ServiceAdvisor": people.get(f"staff {ro['advisor_id']}"),
        "Technician": None,
        "InUsage": ro["odometer_in"],
        "OutUsage": None,
        "ScheduledTime": None,
        "PromisedTime": None,
        "InvoiceTime": wall(site, ro["closed_at"], ro["closed_date"]) if closed else None,
        "PurchaseOrderNumber": None,
        "OtherChargeCode": "SUPPLIES",
        "Note": None,
        "Summary": _summary(ro["lines"]),
        "ServicePackages": {"ItemCollection": _packages(ro)},
        "DeferredServicePackages": {"ItemCollection": [_deferred(job) for job in ro["jobs"] if _put_off(job)]},
    }  # fmt: skip


def thin(row: Row) -> Row:
    """As the list of work orders shows it."""
    hidden = ("ServicePackages", "DeferredServicePackages", "Summary")
    return {name: value for name, value in row.items() if name not in hidden}


def _summary(lines: list[Row]) -> Row:
    net = total(lines, *{line["line_type"] for line in lines} - {"tax"})
    return {"PartsTotal": total(lines, "part"), "LaborTotal": total(lines, "labor"),
            "SubletTotal": total(lines, "sublet"), "NetTotal": net,
            "GrandTotal": net + total(lines, "tax")}  # fmt: skip


def _put_off(job: Row) -> bool:
    return job["decision"] in ("declined", "deferred")


def _packages(ro: Row) -> list[Row]:
    """One per job that is not put off, and one for what stands under none."""
    jobs = {job["job_id"]: job for job in ro["jobs"] if not _put_off(job)}
    shown = [line for line in ro["lines"] if line["line_type"] not in ("tax", "supply")]
    packages = [_package(job, [one for one in shown if one["job_id"] == key]) for key, job in jobs.items()]
    rest = [line for line in shown if line["job_id"] not in jobs]
    other = {"job_id": f"{ro['ro_id']}-other", "title": "Other", "category": None}
    return [*packages, *([_package(other, rest)] if rest else [])]


def _package(job: Row, lines: list[Row]) -> Row:
    return {
        "ID": guid("package", job["job_id"]), "Code": None, "Chapter": job["category"], "Rank": 1, "Status": "Approved",
        "ServicePackageHeader": {"Title": job["title"], "Description": None},
        "ServicePackageLines": {"ItemCollection": [_line(line) for line in lines]},
    }  # fmt: skip


def _deferred(job: Row) -> Row:
    shown = {"Labor": job["presented_labor"], "Part": job["presented_parts"], "Sublet": job["presented_sublet"]}
    lines = [
        {"ID": guid("deferred", job["job_id"] + kind), "Type": kind, "Description": job["title"],
         "Quantity": Decimal(1), "Price": amount, "Total": amount, "ExtendedTotal": amount, "Cost": ZERO,
         "TotalCost": ZERO}
        for kind, amount in shown.items()
        if amount
    ]  # fmt: skip
    return {**_package(job, []), "Status": "Deferred", "ServicePackageLines": {"ItemCollection": lines}}


def _line(line: Row) -> Row:
    """Labor in hours; flat money fields, before and after the discount."""
    kind = {**TYPES, **OTHER_TYPES}[line["line_type"]]
    units = line["hours_billed"] if line["line_type"] == "labor" else line["quantity"]
    who: Iterable[str] = (name for name, _ in technicians(line))
    technician = next(iter(who), None)
    return {
        "ID": guid("line", line["line_id"]), "Type": kind, "Description": line["description"],
        "Quantity": units or Decimal(1), "PartNumber": line["part_number"], "Manufacturer": line["brand"],
        "Price": line["unit_price"], "Total": line["gross_amount"], "ExtendedTotal": line["net_amount"],
        "Discount": line["discount_amount"], "TotalCost": line["cost_amount"],
        "Technician": {"ID": guid("staff", technician)} if technician else None,
    }  # fmt: skip


def contact(site: Site, data: Row) -> Row:
    phones = [*filter(None, (data["phones"] or "").split(";")), None, None]
    fleet = data["type"] == "fleet"
    name = {"Title": None, "FirstName": data["first_name"], "LastName": data["last_name"]}
    address = {"Street": data["address_1"], "City": data["city"], "Province": data["state"],
               "PostalCode": data["postal_code"], "Country": "US"}  # fmt: skip
    filed = data["company_name"] if fleet else f"{data['last_name']}, {data['first_name']}"
    return {"ID": guid("contact", data["customer_id"]), "FileAs": filed, "Name": name, "Address": address,
            "Company": data["company_name"], "Phone1": phones[0] and phones[0][2:],
            "Phone2": phones[1] and phones[1][2:], "Email": data["email"]}  # fmt: skip


def service_item(data: Row) -> Row:
    own = {"VIN": data["vin"], "Year": data["year"], "Make": data["make"], "Model": data["model"],
           "Submodel": None, "Engine": data["engine"], "Usage": data["odometer"]}  # fmt: skip
    words = f"{data['year']} {data['make']} {data['model']}"
    return {"ID": guid("car", data["vehicle_id"]), "Type": "Vehicle", "Description": words, **own,
            "OwnerID": guid("contact", data["customer_id"])}  # fmt: skip


def employee(data: Row) -> Row:
    first, _, last = data["name"].partition(" ")
    return {"ID": guid("staff", data["employee_id"]), "Name": {"FirstName": first, "LastName": last}}
