"""One repair order as PartnerHub answers it. Keep out: which orders an answer holds (pbs.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from connectors.simulator.events import Site
from connectors.simulator.operations import ZERO, Operation, operations, shares, total

Row = Mapping[str, Any]
Json = dict[str, Any]
NEVER = "0001-01-01T00:00:00.0000000"
BLOCKS = {"customer": "CustomerSummary", "warranty": "WarrantySummary", "internal": "InternalSummary"}
FIELDS = {
    "SubletTow": ("sublet",), "Misc": ("other", "upcharge"), "ShopSupplies": ("supply",), "ServiceFeeTotal": ("fee",),
}  # fmt: skip
REDUCTIONS = ("discount", "coupon", "package_discount", "package_add")
KINDS = {"upcharge": "other"} | dict.fromkeys(REDUCTIONS, "discount")  # what the blocks call by another's name
STATUSES = {"open": "Open", "on_hold": "Hold", "finished": "Complete", "closed": "Cashiered", "void": "Void"}
LISTS = {"deferred": "DeferredRequests", "declined": "CancelledRequests"}


def order(site: Site, ro: Row) -> Json:
    done = operations(ro)[0] if ro["status"] != "void" else []
    lines = ro["lines"] if ro["status"] != "void" else []
    found: Json = {
        "Id": f"{site.source_code}.{ro['ro_id']}", "RepairOrderId": ro["ro_id"], "SerialNumber": site.source_code,
        "RepairOrderNumber": ro["ro_number"], "RawRepairOrderNumber": f"C{ro['ro_number']}",
        **_both(site, "DateOpened", ro["opened_at"]),
        **_both(site, "DateCashiered", ro["closed_at"] if ro["status"] == "closed" else None),
        "CSRRef": ro["advisor_id"], "ContactRef": ro["customer_id"], "VehicleRef": ro["vehicle_id"],
        "MileageIn": ro["odometer_in"], "MileageOut": ro["odometer_in"], "Shop": ro["profit_center"],
        "Status": STATUSES[ro["status"]], "IsComeback": False, "IsDeleted": False,
        "LastUpdate": instant(ro["updated_at"]),
        "Requests": [_request(operation) for operation in done], "PendingRequests": [],
    }  # fmt: skip
    for decision, name in LISTS.items():
        found[name] = [_not_done(job) for job in ro["jobs"] if job["decision"] == decision]
    for payer, name in BLOCKS.items():
        found[name] = _block([line for line in lines if line["pay_type"] == payer])
    return found


def instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}0Z"


def _both(site: Site, name: str, at: datetime | None) -> Json:
    """The wall clock, and UTC."""
    if at is None:
        return {name: NEVER, f"{name}UTC": f"{NEVER}Z"}
    return {name: f"{at.astimezone(site.zone):%Y-%m-%dT%H:%M:%S.%f}0", f"{name}UTC": instant(at)}


def _request(operation: Operation) -> Json:
    labor = [operation.labor] if operation.labor else []
    sublet = [row for row in operation.others if row["line_type"] == "sublet"]
    return {
        "RequestDescription": operation.job.get("title"), "Status": "Complete", "ChargeType": operation.payer.title(),
        "LabourLines": [line for row in labor for line in _labour(row)],
        "PartLines": [_part(row) for row in operation.parts],
        "Summary": {
            "Labour": _gross(labor), "Parts": _gross(operation.parts), "SubletTow": _gross(sublet),
            "SubTotal": _gross(operation.rows),
        },
    }  # fmt: skip


def _labour(row: Row) -> list[Json]:
    """A line for each technician; the discount stands in the block only."""
    gross = {**row, "net_amount": row["gross_amount"]}
    sold = row["hours_billed"] or Decimal(1)
    return [
        {
            "OpCode": row["op_code"], "OpDescription": row["description"], "Tech": technician, "SoldHours": hours,
            "ActualHours": (row["hours_actual"] or Decimal(0)) * (hours / sold), "Price": amount, "Cost": cost,
        }
        for technician, hours, amount, cost in shares(gross)
    ]  # fmt: skip


def _part(row: Row) -> Json:
    return {
        "PartNumber": row["part_number"], "PartDescription": row["description"], "UnitPrice": row["unit_price"],
        "ExtendedPrice": row["gross_amount"], "Cost": row["cost_amount"], "Shipped": row["quantity"],
        "Requested": row["quantity"],
    }  # fmt: skip


def _not_done(job: Row) -> Json:
    money = {"Labour": job["presented_labor"], "Parts": job["presented_parts"], "SubletTow": job["presented_sublet"]}
    return {"RequestDescription": job["title"], "Status": "Declined", "LabourLines": [], "Summary": money}


def _block(lines: list[Row]) -> Json:
    """Reductions are positive; those of lines stand apart from those of the order. The first jurisdiction is Tax1,
    all others are Tax2."""
    taxes = [line["net_amount"] for line in lines if line["line_type"] == "tax"]
    of_kind = {kind: [line for line in lines if line["line_type"] == kind] for kind in ("labor", "part")}
    whole = sum((line["net_amount"] for line in lines), ZERO)
    return {
        "Labour": _gross(of_kind["labor"]), "Parts": _gross(of_kind["part"]), "OilGas": ZERO, "Environment": ZERO,
        **{name: total(lines, *kinds) for name, kinds in FIELDS.items()}, "Freight": ZERO,
        "LabourDiscount": sum((line["discount_amount"] for line in of_kind["labor"]), ZERO),
        "PartDiscount": sum((line["discount_amount"] for line in of_kind["part"]), ZERO),
        "Discount": -total(lines, *REDUCTIONS), "SubTotal": whole - sum(taxes, ZERO),
        "Tax1": taxes[0] if taxes else ZERO, "Tax2": sum(taxes[1:], ZERO), "InvoiceTotal": whole, "GrandTotal": whole,
    }  # fmt: skip


def _gross(rows: list[Row]) -> Decimal:
    return sum((row["gross_amount"] for row in rows), ZERO)
