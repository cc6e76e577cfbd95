"""The lines of an OpenTrack document: per operation its labor, sublet, parts, and rows that are not sold.

Belongs here: LaborDetails and Parts. Keep out: the header (dealertrack.py)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any
from xml.etree import ElementTree as Xml

from connectors.simulator.operations import CENT, shares

Row = Mapping[str, Any]
ZERO = Decimal("0.00")
UNIT = Decimal("0.0001")
PAYERS = {
    "customer": ("CustomerPay", "C"), "warranty": ("Warranty", "W"), "internal": ("Internal", "I"),
    "other": ("ServiceContract", "S"),
}  # fmt: skip
OPERATION = {"C": "CP", "W": "WS", "I": "IS", "S": "SC"}


@dataclass(frozen=True)
class Line:
    """What all rows of one line share; `dice` is a choice that every run makes the same."""

    payer: str
    day: str
    dice: int


def add(parent: Xml.Element, fields: Mapping[str, str | None]) -> None:
    for name, text in fields.items():
        Xml.SubElement(parent, name).text = text


def plain(value: Decimal | int) -> str:
    """5.20 is written 5.2, and 4.00 is written 4."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def total(lines: Iterable[Row], line_type: str, payer: str) -> Decimal:
    chosen = (line for line in lines if (line["line_type"], line["pay_type"]) == (line_type, payer))
    return sum((line["net_amount"] for line in chosen), ZERO)


def details(ro: Row, tax_rate: Decimal) -> tuple[Xml.Element, Decimal]:
    """Details, and what was taken as a deposit on parts that are still to come."""
    under, deposit = Xml.Element("Details"), ZERO
    jobs = {job["job_id"]: job for job in ro["jobs"]}
    lines = [line for line in ro["lines"] if line["line_type"] in ("labor", "part", "sublet")]
    day = f"{ro['closed_date'] or ro['opened_at'].date():%Y%m%d}"
    groups = groupby(lines, key=lambda row: (row["job_id"], row["pay_type"]))
    for count, ((job_id, _), rows) in enumerate(groups, start=1):
        detail = Xml.SubElement(under, "ClosedRepairOrderDetail")
        add(detail, {"LineNumber": str(count)})
        own = list(rows)
        line = Line(PAYERS[own[0]["pay_type"]][1], day, int(ro["ro_number"]) + count)
        _detail(detail, line, own, jobs.get(job_id, {}))
        if line.dice % 13 == 0 and line.payer == "C":
            deposit += _special_order(detail, line, tax_rate)
    return under, deposit


def _detail(detail: Xml.Element, line: Line, rows: list[Row], job: Row) -> None:
    labor, parts = Xml.SubElement(detail, "LaborDetails"), Xml.SubElement(detail, "Parts")
    _operation(labor, line, rows, job)
    for row in rows:
        if row["line_type"] == "labor":
            _labor(labor, line, row)
        elif row["line_type"] == "sublet":
            _sublet(labor, line, row)
    own = [row for row in rows if row["line_type"] == "part"]
    _parts(parts, line, own, is_kit=len(own) > 1 and line.dice % 3 == 0 and line.payer != "I")
    if line.dice % 11 == 0:
        lost = {"PartNumber": "LOST", "Quantity": "1", "Cost": "2.62", "NetPrice": "3.27"}
        _part(parts, line, 900, "LS", lost)
    Xml.SubElement(detail, "Comments")


def _row(labor: Xml.Element, line: Line, kind: str, code: str, fields: Mapping[str, str | None]) -> None:
    """A Labor row behind those of its kind."""
    first = {"A": 0, "L": 40, "N": 10}[kind]
    seq = first + sum(row.findtext("LineType") == kind for row in labor)
    head = {"LineType": kind, "LineSeqNumber": str(seq), "TransactionCode": code, "TransactionDate": line.day}
    add(Xml.SubElement(labor, "Labor"), head | {"LinePaymentMethod": line.payer} | dict(fields))


def _operation(labor: Xml.Element, line: Line, rows: list[Row], job: Row) -> None:
    """What was quoted: it repeats the labor and is not sold."""
    hours = sum((row["hours_billed"] or Decimal(0) for row in rows), Decimal(0))
    _row(labor, line, "A", OPERATION[line.payer], {
        "ServiceType": rows[0]["category"], "TechnicianID": job.get("technician_id"),
        "LaborOpCode": rows[0]["op_code"], "LaborHours": plain(hours),
        "LaborAmount": plain(job.get("presented_labor") or ZERO), "LaborCost": "0",
    })  # fmt: skip


def _labor(labor: Xml.Element, line: Line, row: Row) -> None:
    """A row per technician; now and then one more that was keyed wrong and voided."""
    for technician, hours, amount, cost in shares(row):
        work = {
            "TechnicianID": technician, "LaborHours": plain(hours), "LaborAmount": plain(amount),
            "LaborCost": plain(cost), "CouponDiscountBasis": None,
        }  # fmt: skip
        _row(labor, line, "L", "TT", work)
    if line.dice % 7 == 0:
        _row(labor, line, "L", "TT", work | {"CouponDiscountBasis": "V"})


def _sublet(labor: Xml.Element, line: Line, row: Row) -> None:
    """The sale with its invoice, and the purchase order with the same cost again."""
    cost = plain(row["cost_amount"] or ZERO)
    sale = {"LaborHours": "0", "LaborAmount": plain(row["net_amount"]), "LaborCost": cost}
    _row(labor, line, "N", "SL", sale | {"SubletVendorNumber": row["supplier_id"]})
    _row(labor, line, "N", "PO", {"LaborHours": "0", "LaborAmount": "0", "LaborCost": cost})


def _parts(parts: Xml.Element, line: Line, rows: list[Row], *, is_kit: bool) -> None:
    if is_kit:
        sums = {"Cost": _without_core(rows, "cost_amount"), "NetPrice": _without_core(rows, "net_amount")}
        head = {"PartNumber": "KIT", "Quantity": "1", **sums, "GroupPrice": "K"}
        _part(parts, line, 100, OPERATION[line.payer], head)
    for number, row in enumerate(rows, start=2):
        code = "SR" if row["quantity"] < 0 else OPERATION[line.payer]
        _part(parts, line, 100 * number, code, _named(row) | {"GroupPrice": "Y" if is_kit else None})
        if row["core_charge"]:
            _part(parts, line, 100 * number + 1, code, _core(row))


def _without_core(rows: list[Row], column: str) -> str:
    return plain(sum((row[column] - (row["core_charge"] or ZERO) for row in rows), ZERO))


def _named(row: Row) -> dict[str, str | None]:
    """Prices per unit, the core charge apart."""
    core, quantity = row["core_charge"] or ZERO, row["quantity"]
    return {
        "Manufacturer": row["brand"], "PartNumber": row["part_number"], "PartDescription": row["description"],
        "StockGroup": row["department"], "Quantity": plain(quantity),
        "Cost": plain((((row["cost_amount"] or ZERO) - core) / quantity).quantize(UNIT)),
        "NetPrice": plain(((row["net_amount"] - core) / quantity).quantize(UNIT)),
    }  # fmt: skip


def _core(row: Row) -> dict[str, str | None]:
    amount = plain(row["core_charge"])
    return {
        "PartNumber": f"{row['part_number']}-C", "PartDescription": f"{row['description']} - Core Charge",
        "StockGroup": row["department"], "Quantity": "1", "Cost": amount, "NetPrice": amount,
        "ExcludeFromHistory": "C",
    }  # fmt: skip


def _part(parts: Xml.Element, line: Line, seq: int, code: str, fields: Mapping[str, str | None]) -> None:
    head = {"LineSeqNumber": str(seq), "TransGroup": "S", "TransCode": code}
    add(Xml.SubElement(parts, "Part"), head | {"TransDate": line.day, "CloseDate": line.day} | dict(fields))


def _special_order(detail: Xml.Element, line: Line, tax_rate: Decimal) -> Decimal:
    """A part that is still to come: paid for with its tax, sold on another day."""
    (parts,) = detail.findall("Parts")
    price = Decimal("40.00")
    _part(parts, line, 950, "CP", {
        "SpecialOrderEmergencyPurchase": "S", "PartNumber": "ORDERED", "Quantity": "1", "Cost": "24",
        "NetPrice": plain(price),
    })  # fmt: skip
    return (price * (1 + tax_rate)).quantize(CENT)
