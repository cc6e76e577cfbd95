"""Far end `star`: a dealer's system that sends a STAR 5 ProcessRepairOrder document whenever an order has changed.

What the document cannot carry: estimates, declined jobs, deletions, payments, the lines of a cancelled order (its
body is stripped), departments and taxability of lines, who was asked first.

Belongs here: documents and their files. Keep out: what happened (events)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as Xml

from connectors.simulator.dealertrack_lines import plain
from connectors.simulator.events import Company, Event, Site, State, iso, state_at
from connectors.simulator.operations import Operation, changed, of_site, operations, shares

Row = Mapping[str, Any]
STAR = "{http://www.starstandard.org/STAR/5}"
SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
STATUSES = {
    "open": "Open", "on_hold": "Waiting for Parts", "finished": "Work Complete", "closed": "Invoiced",
    "void": "Canceled",
}  # fmt: skip
WORDS = {"Waiting for Parts": "on_hold", "Work Complete": "finished"}
OPERATIONS = {"customer": "C", "warranty": "W", "internal": "I", "other": "S"}
PAYERS = {code: payer for payer, code in OPERATIONS.items()}
CODES = {
    "supply": "ShopSupplies", "fee": "Fee", "upcharge": "CardFee", "discount": "Discount", "coupon": "Coupon",
    "package_discount": "PackageDiscount", "package_add": "PackageAdd", "other": "Other",
}  # fmt: skip
CHARGES = {code: line_type for line_type, code in CODES.items()}


def deliver(
    company: Company,
    events: Iterable[Event],
    site: Site,
    drop: Path,
    *,
    since: datetime | None,
    as_of: datetime,
) -> list[str]:
    """A file for every order that changed since the last delivery; their names, which sort by time."""
    mine = of_site(events, site, as_of)
    state = state_at(mine)
    last = {event.key: event for event in mine if event.entity == "repair_order"}
    drop.mkdir(parents=True, exist_ok=True)
    names = []
    for key in sorted(
        changed(mine, "repair_order", since) & state["repair_order"].keys(), key=lambda key: last[key].seq
    ):
        ro = state["repair_order"][key]
        if ro["status"] in STATUSES:
            names.append(f"RO_{last[key].seq:09d}_{ro['ro_number']}.xml")
            document = _document(company, site, last[key], ro, state)
            (drop / names[-1]).write_bytes(Xml.tostring(document, encoding="utf-8", xml_declaration=True))
    return names


def _document(company: Company, site: Site, event: Event, ro: Row, state: State) -> Xml.Element:
    """Every third sender puts its document into an envelope."""
    bod = Xml.Element(f"{STAR}ProcessRepairOrder", {"releaseID": "5.13.4"})
    area = _under(bod, "ApplicationArea")
    sender = _under(area, "Sender")
    _texts(sender, {"CreatorNameCode": "DMS", "SenderNameCode": "SIM", "DealerNumberID": site.source_code})
    identity = uuid5(NAMESPACE_URL, f"{company.seed}/{site.id}/{event.key}/{event.seq}")
    _texts(area, {"CreationDateTime": iso(event.at), "BODID": str(identity)})
    data = _under(bod, "ProcessRepairOrderDataArea")
    _under(data, "Process")
    order = _under(data, "RepairOrder")
    _header(_under(order, "RepairOrderHeader"), company.currency, event, ro, state)
    if ro["status"] != "void":
        for operation in operations(ro)[0]:
            _job(_under(order, "Job"), company.currency, operation)
    if event.seq % 3:
        return bod
    envelope = Xml.Element(f"{SOAP}Envelope")
    Xml.SubElement(envelope, f"{SOAP}Body").append(bod)
    return envelope


def _header(head: Xml.Element, currency: str, event: Event, ro: Row, state: State) -> None:
    number = _under(_under(head, "DocumentIdentificationGroup"), "DocumentIdentification")
    _texts(number, {"DocumentID": ro["ro_number"]})
    _texts(head, {"DocumentDateTime": iso(event.at), "DepartmentType": ro["profit_center"]})
    _texts(_under(head, "RepairOrderStatus"), {"StatusText": STATUSES[ro["status"]]})
    vehicle = state["vehicle"].get(ro["vehicle_id"] or "", {})
    _car(head, vehicle, stripped=ro["status"] == "void")
    if ro["odometer_in"] is not None:
        _under(head, "InDistanceMeasure", unitCode="mile").text = str(ro["odometer_in"])
    _texts(head, {"RepairOrderOpenedDateTime": iso(ro["opened_at"])})
    _owner(head, ro, state)
    if ro["status"] == "void":
        return
    _advisor(head, ro, state)
    if ro["closed_at"]:
        _texts(head, {"RepairOrderInvoiceDateTime": iso(ro["closed_at"])})
    _prices(head, currency, {"Total": sum((row["net_amount"] for row in ro["lines"]), Decimal("0.00"))})
    for row in operations(ro)[1]:
        if row["line_type"] == "tax":
            tax = _under(head, "Tax")
            _under(tax, "TaxAmount", currencyID=currency).text = plain(row["net_amount"])
            _texts(tax, {"TaxTypeCode": row["tax_code"]})
        else:
            _charge(head, currency, row)


def _car(head: Xml.Element, vehicle: Row, *, stripped: bool) -> None:
    car = _under(_under(head, "RepairOrderVehicleLineItem"), "Vehicle")
    _texts(car, {"VehicleID": vehicle.get("vin")})
    if not stripped:
        year = vehicle.get("year")
        _texts(car, {"Model": vehicle.get("model"), "ModelYear": str(year) if year else None})
        _texts(car, {"MakeString": vehicle.get("make")})


def _owner(head: Xml.Element, ro: Row, state: State) -> None:
    customer = state["customer"].get(ro["customer_id"] or "")
    if customer is None:
        return
    party = _under(head, "OwnerParty")
    _texts(party, {"PartyID": ro["customer_id"]})
    if customer["company_name"]:
        _texts(_under(party, "SpecifiedOrganization"), {"CompanyName": customer["company_name"]})
    person = _under(party, "SpecifiedPerson")
    _texts(person, {"GivenName": customer["first_name"], "FamilyName": customer["last_name"]})
    address = _under(person, "ResidenceAddress")
    _texts(address, {"LineOne": customer["address_1"], "CityName": customer["city"]})
    _texts(address, {"StateOrProvinceCountrySub-DivisionID": customer["state"], "Postcode": customer["postal_code"]})
    _texts(_under(person, "TelephoneCommunication"), {"CompleteNumber": (customer["phones"] or "").split(";")[0]})
    _texts(_under(person, "URICommunication"), {"URIID": customer["email"]})


def _advisor(head: Xml.Element, ro: Row, state: State) -> None:
    party = _under(head, "ServiceAdvisorParty")
    _texts(party, {"PartyID": ro["advisor_id"]})
    first, _, last = (state["employee"].get(ro["advisor_id"] or "", {}).get("name") or "").partition(" ")
    _texts(_under(party, "SpecifiedPerson"), {"GivenName": first, "FamilyName": last})


def _job(job: Xml.Element, currency: str, operation: Operation) -> None:
    """The number of every job is 00, as real senders write it."""
    said = {"OperationID": OPERATIONS[operation.payer], "OperationName": operation.job.get("title")}
    _texts(job, {"JobNumberString": "00", **said})
    for row in operation.parts:
        _part(_under(job, "ServiceParts"), currency, row)
    if operation.labor:
        _labor(job, currency, operation.labor)
    for row in operation.others:
        _charge(job, currency, row)


def _part(part: Xml.Element, currency: str, row: Row) -> None:
    item = _under(_under(part, "ItemIdentificationGroup"), "ItemIdentification")
    _texts(item, {"ItemID": row["part_number"]})
    _texts(part, {"ItemDescription": row["description"], "ManufacturerName": row["brand"]})
    _texts(part, {"ItemQuantity": plain(row["quantity"])})
    _prices(part, currency, {
        "Unit": row["unit_price"], "Total": row["net_amount"], "Cost": row["cost_amount"], "Core": row["core_charge"],
        "Discount": row["discount_amount"],
    })  # fmt: skip


def _labor(job: Xml.Element, currency: str, row: Row) -> None:
    """A row for each technician; the first one's bears the discount."""
    discount = row["discount_amount"]
    for technician, hours, amount, cost in shares(row):
        labor = _under(job, "ServiceLabor")
        _texts(labor, {"LaborOperationID": row["op_code"], "LaborOperationDescription": row["description"]})
        sold = row["hours_billed"] or Decimal(1)
        actual = (row["hours_actual"] or Decimal(0)) * (hours / sold if sold else 1)
        _texts(labor, {"LaborAllowanceHoursNumeric": plain(hours), "LaborActualHoursNumeric": plain(actual)})
        if technician:
            _texts(_under(labor, "ServiceTechnicianParty"), {"PartyID": technician})
        _prices(labor, currency, {"Total": amount, "Cost": cost, "Discount": discount})
        discount = None


def _charge(owner: Xml.Element, currency: str, row: Row) -> None:
    charge = _under(owner, "Sublet" if row["line_type"] == "sublet" else "MiscellaneousCharge")
    if row["line_type"] != "sublet":
        _texts(charge, {"ChargeTypeCode": CODES[row["line_type"]]})
    _texts(charge, {"Description": row["description"]})
    _prices(charge, currency, {"Total": row["net_amount"], "Cost": row["cost_amount"]})


def _prices(owner: Xml.Element, currency: str, prices: Mapping[str, Decimal | None]) -> None:
    for code, amount in prices.items():
        if amount is not None:
            price = _under(owner, "Price")
            _under(price, "ChargeAmount", currencyID=currency).text = plain(amount)
            _texts(price, {"PriceCode": code})


def _under(parent: Xml.Element, name: str, **attributes: str) -> Xml.Element:
    return Xml.SubElement(parent, f"{STAR}{name}", attributes)


def _texts(parent: Xml.Element, texts: Mapping[str, str | None]) -> None:
    for name, text in texts.items():
        if text:
            _under(parent, name).text = text
