"""Tekmetric's side of a made-up shop: what each entity looks like as one of its records, in whole cents.

Belongs here: orders and payments. Keep out: what stands under an order (tekmetric_jobs.py), people, HTTP.

What the protocol cannot carry, and what becomes of it: a line's discount is a discount of its job; a core charge is in
the price; supplies, card fees, other money and what a package adds are fees, told apart by their names; coupons are
discounts; a void is a deleted order; who pays, jurisdictions of tax, labor cost, clocked hours of a line, suppliers of
parts, which lines are taxed, reasons and dates of deferral are lost. A day that is not that of its instant is told by
the noon of that day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from connectors.simulator import tekmetric_jobs as items
from connectors.simulator.catalogue import METHODS
from connectors.simulator.events import Site
from connectors.simulator.operations import total
from connectors.simulator.tekmetric_jobs import instant
from connectors.simulator.whole import cents, digits, shop_id

Row = dict[str, Any]
STATUSES = {
    1: ("ESTIMATE", "Estimate"), 2: ("WORKINPROGRESS", "Work-in-Progress"), 3: ("COMPLETE", "Complete"),
    4: ("SAVED", "Saved for Later"), 5: ("POSTED", "Posted"), 6: ("ACCRECV", "Accounts Receivable"),
    7: ("DELETED", "Deleted"),
}  # fmt: skip
STATUS_OF = {"estimate": 1, "scheduled": 1, "open": 2, "on_hold": 2, "finished": 3, "closed": 5, "void": 7}
WAYS_OF_PAYING = {name: method for menu in METHODS.values() for method, name, _ in menu}


def repair_order(site: Site, ro: Row, paid: Iterable[Row], stamps: Row) -> Row:
    """The document; `paid` are the payments of the order that count."""
    jobs, sublets = items.jobs(site, ro, stamps), items.sublets(ro)
    known = {job["job_id"] for job in ro["jobs"]}
    undecided = any(job["authorized"] is None for job in jobs)  # then nothing is sold yet: no supplies, no tax
    outside = [line for line in ro["lines"] if line["job_id"] not in known and not undecided]
    fees, discounts = items.fees(outside), items.discounts(outside)
    sums = {
        "laborSales": _sales(jobs, "laborTotal"),
        "partsSales": _sales(jobs, "partsTotal"),
        "subletSales": sum(item["price"] for item in sublets if item["authorized"]),
        "discountTotal": sum(item["total"] for item in discounts) + _sales(jobs, "discountTotal"),
        "feeTotal": sum(item["total"] for item in fees) + _sales(jobs, "feeTotal"),
        "taxes": 0 if undecided else cents(total(ro["lines"], "tax")),
    }
    due, amount = sum(sums.values()) - 2 * sums["discountTotal"], sum(cents(row["amount"]) for row in paid)
    status = 7 if stamps["deletedDate"] else STATUS_OF[ro["status"]]
    status = 6 if status == 5 and amount < due else status
    told = {**sums, "amountPaid": amount, "totalSales": due, "jobs": jobs, "sublets": sublets}
    return {**_head(site, ro, status, stamps), **told, "fees": fees, "discounts": discounts}


def _head(site: Site, ro: Row, status: int, stamps: Row) -> Row:
    closed = ro["status"] == "closed"
    return {
        **stamps,
        "id": int(ro["ro_id"]),
        "repairOrderNumber": digits(ro["ro_number"]),
        "shopId": shop_id(site),
        "repairOrderStatus": _status(status),
        "repairOrderLabel": {"id": 9, "code": "PU", "name": "Picked Up", "status": _status(status)},
        "repairOrderCustomLabel": None,
        "color": "#ff0000",
        "appointmentId": None,
        "appointmentStartTime": None,
        **items.whose(ro),
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


def _status(status: int) -> Row:
    code, name = STATUSES[status]
    return {"id": status, "code": code, "name": name, "postedOrAccrecv": status in (5, 6)}


def _sales(jobs: list[Row], name: str) -> int:
    return sum(job[name] for job in jobs if job["authorized"])


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
