"""One repair order as a row of a pip-extract: header fields, then one array of V for each field of each group.

Belongs here: names and arrays. Keep out: which orders an extract holds (cdk.py)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as Xml

from connectors.simulator.dealertrack_lines import plain
from connectors.simulator.events import Site, State
from connectors.simulator.operations import ZERO, Operation, operations, technicians, total

Row = Mapping[str, Any]
Groups = dict[str, list[dict[str, Any]]]
LETTERS = {"customer": "C", "warranty": "W", "internal": "I", "other": "S"}
CHARGES = {"sublet": "S", "upcharge": "M", "other": "M"}
REDUCTIONS = ("discount", "coupon", "package_discount", "package_add")
KINDS = {"upcharge": "other"} | dict.fromkeys(REDUCTIONS, "discount")  # what an extract calls by another's name
PAYMENT_CODES = {
    "cash": "CASH", "check": "CHECK", "card": "CARD", "ach": "ACH", "financing": "FIN", "ar": "CHRG",
    "store_credit": "CRED", "other": "OTHER",
}  # fmt: skip
CODES = {code: method for method, code in PAYMENT_CODES.items()}


def order(site: Site, ro: Row, state: State, tenders: Iterable[Row]) -> Xml.Element:
    row = Xml.Element("ServiceRODetailRow")
    done, outside = operations(ro)
    groups: Groups = {name: [] for name in ("lin", "lbr", "hrs", "prt", "fee", "dis", "mls", "pay", "tot")}
    if ro["status"] != "void":
        for operation in done:
            _operation(groups, operation)
        for line in outside:
            _other(groups, line, None, None)
        _totals(groups, ro)
        groups["pay"] += [_payment(tender) for tender in tenders if _of(tender, ro)]
    for name, text in _header(site, ro, state).items():
        Xml.SubElement(row, name).text = text
    for prefix, items in groups.items():
        _arrays(row, prefix, items)
    return row


def _header(site: Site, ro: Row, state: State) -> dict[str, str | None]:
    customer = state["customer"].get(ro["customer_id"] or "", {})
    person = ",".join(str(customer.get(name) or "").upper() for name in ("last_name", "first_name"))
    vehicle = state["vehicle"].get(ro["vehicle_id"] or "", {})
    is_void = ro["status"] == "void"
    closed = ro["closed_date"] if ro["status"] == "closed" else None
    odometer = None if ro["odometer_in"] is None else str(ro["odometer_in"])
    return {
        "ErrorLevel": "0", "ErrorMessage": None, "HostItemID": f"{site.source_code}*{ro['ro_number']}",
        "RONumber": ro["ro_number"], "StatusDesc": {"closed": "CLOSED", "void": "VOIDED"}.get(ro["status"], "OPEN"),
        "OpenDate": site.business_date(ro["opened_at"]).isoformat(),
        "ClosedDate": closed.isoformat() if closed else None,
        "VoidedDate": ro["voided_date"].isoformat() if is_void and ro["voided_date"] else None,
        "ServiceAdvisor": ro["advisor_id"], "CustNo": ro["customer_id"] or "0",
        "Name1": customer.get("company_name") or (person if customer else "HOUSE ACCOUNT"),
        "VIN": vehicle.get("vin"), "VehID": ro["vehicle_id"],
        "Year": str(vehicle["year"]) if vehicle.get("year") else None,
        "Make": (vehicle.get("make") or "")[:4].upper() or None, "MakeDesc": vehicle.get("make"),
        "ModelDesc": vehicle.get("model"), "Mileage": odometer, "MileageOut": odometer,
        "payCPTotal": None if is_void else plain(sum((
            line["net_amount"] for line in ro["lines"] if line["pay_type"] == "customer"), ZERO)),
    }  # fmt: skip


def _operation(groups: Groups, operation: Operation) -> None:
    code, letter = _letters(operation.number), LETTERS[operation.payer]
    title = operation.job.get("title")
    groups["lin"].append({"LineCode": code, "StatusCode": "C90", "ServiceRequest": title, "CampaignCode": None})
    line = {"LineCode": code, "LaborType": f"{letter}P" if letter == "C" else f"{letter}T"}
    if operation.labor:
        _labor(groups, operation.labor, line)
    for part in operation.parts:
        core = part["core_charge"] or ZERO
        groups["prt"].append({
            **line, "SequenceNo": len(groups["prt"]) + 1, "LaborSequenceNo": 1, "PartNo": part["part_number"],
            "Desc": part["description"], "PartClass": part["department"], "Comp": part["brand"],
            "QtySold": part["quantity"], "List": part["unit_price"], "ExtendedSale": part["gross_amount"] - core,
            "ExtendedCost": (part["cost_amount"] or ZERO) - core, "CoreSale": core, "CoreCost": core,
        })  # fmt: skip
        _discount(groups, part, line, "PRT", "PartsDiscount")
    for other in operation.others:
        _other(groups, other, code, line["LaborType"])


def _labor(groups: Groups, labor: Row, line: Mapping[str, str]) -> None:
    sequence = 1
    groups["lbr"].append({
        **line, "SequenceNo": sequence, "OpCode": labor["op_code"], "OpCodeDesc": labor["description"],
        "Sale": labor["gross_amount"], "Cost": labor["cost_amount"], "SoldHours": labor["hours_billed"],
        "ActualHours": labor["hours_actual"], "ForcedShopCharge": ZERO,
    })  # fmt: skip
    for tech, share in technicians(labor):
        hours = {"SoldHours": labor["hours_billed"] * share, "ActualHours": labor["hours_actual"] * share}
        groups["hrs"].append({
            "LineCode": line["LineCode"], "LopSeqNo": sequence, "TechNo": tech, "Percentage": share * 100, **hours,
        })  # fmt: skip
    _discount(groups, labor, line, "LOP", "LaborDiscount")


def _discount(groups: Groups, row: Row, line: Mapping[str, str], level: str, of: str) -> None:
    if row["discount_amount"]:
        taken = -row["discount_amount"]
        said = {"LineCode": line["LineCode"], "LopSeqNo": 1, "Level": level, "ClassOrType": line["LaborType"][0]}
        groups["dis"].append({**said, "Desc": "Discount", "TotalDiscount": taken, of: taken})


def _other(groups: Groups, row: Row, code: str | None, labor_type: str | None) -> None:
    kind, letter = row["line_type"], LETTERS[row["pay_type"]]
    said = {"LineCode": code, "LaborType": labor_type or f"{letter}P", "OpCodeDesc": row["description"]}
    money = {"Sale": row["net_amount"], "Cost": row["cost_amount"]}
    if kind in CHARGES:
        groups["mls"].append({**said, "SequenceNo": len(groups["mls"]) + 1, "Type": CHARGES[kind], **money})
    elif kind == "fee":
        groups["fee"].append({**said, "Id": "FEE", **money})
    elif kind in REDUCTIONS:
        of_order = {"LineCode": code, "LopSeqNo": None, "Level": "RO", "ClassOrType": letter}
        groups["dis"].append({**of_order, "Desc": row["description"], "TotalDiscount": row["net_amount"]})


def _totals(groups: Groups, ro: Row) -> None:
    """The three who may pay, always in this order."""
    for payer, letter in LETTERS.items():
        lines = [line for line in ro["lines"] if line["pay_type"] == payer]
        if payer == "other" and not lines:
            continue
        groups["tot"].append({
            "PayType": letter, "LaborSale": total(lines, "labor"), "PartsSale": total(lines, "part"),
            "SubletSale": total(lines, "sublet"), "ShopChargeSale": total(lines, "supply"), "ShopChargeCost": ZERO,
            "RoTax": total(lines, "tax"),
            "RoSale": sum((line["net_amount"] for line in lines), ZERO) - total(lines, "tax"),
        })  # fmt: skip


def _of(tender: Row, ro: Row) -> bool:
    """What was paid on the order by the day of its close."""
    closed = ro["closed_date"] if ro["status"] == "closed" else None
    kinds = ("final", "advance", "ar_charge", None)
    return tender["ro_id"] == ro["ro_id"] and not tender["is_void"] and tender["kind"] in kinds and closed is not None


def _payment(tender: Row) -> dict[str, Any]:
    return {"Code": PAYMENT_CODES[tender["method"]], "InsuranceFlag": "N", "PaymentAmount": tender["amount"]}


def _arrays(row: Xml.Element, prefix: str, items: list[dict[str, Any]]) -> None:
    """Empty values at the end of an array are left out; a field that no row has is an empty element."""
    Xml.SubElement(row, f"{prefix}MultivalueCount").text = str(len(items))
    for name in dict.fromkeys(name for item in items for name in item):
        values = [_text(item.get(name)) for item in items]
        while values and values[-1] is None:
            values.pop()
        field = Xml.SubElement(row, f"{prefix}{name}")
        for value in values:
            Xml.SubElement(field, "V").text = value


def _text(value: Any) -> str | None:
    return plain(value) if isinstance(value, (Decimal, int)) else value


def _letters(number: int) -> str:
    """A to Z, then AA."""
    rest, letter = divmod(number - 1, 26)
    return (_letters(rest) if rest else "") + chr(ord("A") + letter)
