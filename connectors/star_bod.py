"""What a STAR 5 RepairOrder document holds where, as rows: names without namespaces, people at any depth.

Belongs here: elements and their columns. Keep out: which documents are read (star.py), what a word means."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date

from connectors.base import SourceError
from connectors.reading.xmlrows import Document, Element, Row, child, children, column_name, elements, local, row, value

TABLES = ("repair_order", "job", "labor", "part", "charge", "tax")
CHARGES = ("Sublet", "MiscellaneousCharge")
NESTED = {
    "DocumentIdentificationGroup", "ServiceAdvisorParty", "OwnerParty", "RepairOrderVehicleLineItem", "Price", "Tax",
    "RepairOrderStatus", "ServiceLabor", "ServiceParts", "ServiceTechnicianParty", "ItemIdentificationGroup", *CHARGES,
}  # fmt: skip
PARTIES = {
    "PartyID": "id", "GivenName": "given_name", "FamilyName": "family_name", "CompanyName": "company_name",
    "LineOne": "line_one", "CityName": "city_name", "StateOrProvinceCountrySub-DivisionID": "state",
    "Postcode": "postcode", "CompleteNumber": "complete_number", "URIID": "email",
}  # fmt: skip


def documents(name: str, data: bytes) -> Iterator[tuple[str, str, Document]]:
    """(BOD and order, hash of the content, rows) of every RepairOrder in a data area."""
    found = False
    for element in elements(name, data, "STAR"):
        area = element.getparent()
        if local(element) != "RepairOrder" or area is None or not local(area).endswith("DataArea"):
            continue
        found = True
        bod = area.getparent()
        sender = _application(name, bod)
        document = _document(element, sender)
        yield f"{sender['bod_id']} {document['repair_order'][0]['document_id']}", _content(element), document
        element.clear()
    if not found:
        raise SourceError(f"{name}: holds no RepairOrder; deliver RepairOrder documents to this folder")


def _content(element: Element) -> str:
    """The same whatever the indentation and the prefixes of namespaces."""
    digest = hashlib.sha256()
    for item in element.iter():
        digest.update(f"{local(item)}{sorted(item.items())}{(item.text or '').strip()}\0".encode())
    return digest.hexdigest()


def _application(name: str, bod: Element | None) -> Row:
    area = child(bod, "ApplicationArea") if bod is not None else None
    said: Row = {
        "dealer_number_id": value(area, "Sender", "DealerNumberID"),
        "sender_name_code": value(area, "Sender", "SenderNameCode"),
        "creation_date_time": value(area, "CreationDateTime"),
        "bod_id": value(area, "BODID"),
    }
    if said["bod_id"] is None:
        raise SourceError(f"{name}: a RepairOrder without BODID, which tells deliveries apart; ask the sender for it")
    return said


def _document(order: Element, sender: Row) -> Document:
    header = child(order, "RepairOrderHeader")
    head = order if header is None else header
    number = value(head, "DocumentIdentificationGroup", "DocumentIdentification", "DocumentID")
    key: Row = {"dealer_number_id": sender["dealer_number_id"], "document_id": number}
    document: Document = {table: [] for table in TABLES}
    document["repair_order"].append({**sender, **_header(head), "document_id": number})
    for ordinal, tax in enumerate(children(head, "Tax"), start=1):
        document["tax"].append({**key, "tax_ordinal": str(ordinal), **row(tax)})
    _charges(document, key, head)
    for ordinal, job in enumerate(children(order, "Job"), start=1):
        _job(document, {**key, "job_ordinal": str(ordinal)}, job)
    return document


def _header(head: Element) -> Row:
    advisor, owner = (_party(child(head, name)) for name in ("ServiceAdvisorParty", "OwnerParty"))
    named = " ".join(part for part in (advisor.get("given_name"), advisor.get("family_name")) if part)
    vehicle = child(head, "RepairOrderVehicleLineItem", "Vehicle")
    found: Row = {
        **row(head, NESTED),
        **(row(vehicle) if vehicle is not None else {}),
        "status_text": value(head, "RepairOrderStatus", "StatusText"),
        "advisor_id": advisor.get("id"),
        "advisor_name": named or None,
        **{f"owner_{name}": text for name, text in owner.items()},
        **_prices(head),
    }
    for name in ("InDistanceMeasure", "OutDistanceMeasure"):
        measure = child(head, name)
        if measure is not None:
            found[f"{column_name(name)}_unit_code"] = measure.get("unitCode")
    amount = child(head, "Price", "ChargeAmount")
    return {**found, "currency": amount.get("currencyID") if amount is not None else None}


def _party(party: Element | None) -> Row:
    """What is known of people stands at depths that differ by sender: the first of a name counts."""
    found: Row = {}
    for item in party.iter() if party is not None else ():
        if isinstance(item.tag, str) and local(item) in PARTIES:
            found.setdefault(PARTIES[local(item)], (item.text or "").strip() or None)
    return found


def _prices(element: Element) -> Row:
    """Price{PriceCode, ChargeAmount} as a column by code."""
    priced = (
        (value(price, "PriceCode") or "Total", value(price, "ChargeAmount")) for price in children(element, "Price")
    )
    return {f"price_{column_name(code)}": amount for code, amount in priced}


def _job(document: Document, key: Row, job: Element) -> None:
    technician = _party(child(job, "ServiceTechnicianParty")).get("id")
    document["job"].append({**key, **row(job, NESTED), "technician_id": technician})
    for ordinal, labor in enumerate(children(job, "ServiceLabor"), start=1):
        own = _party(child(labor, "ServiceTechnicianParty")).get("id") or technician
        found = {**row(labor, NESTED), **_prices(labor), "technician_id": own}
        document["labor"].append({**key, "labor_ordinal": str(ordinal), **found})
    for ordinal, part in enumerate(children(job, "ServiceParts"), start=1):
        item = value(part, "ItemIdentificationGroup", "ItemIdentification", "ItemID")
        found = {**row(part, NESTED), **_prices(part), "item_id": item}
        document["part"].append({**key, "part_ordinal": str(ordinal), **found})
    _charges(document, key, job)


def _charges(document: Document, key: Row, owner: Element) -> None:
    for item in (item for item in owner if local(item) in CHARGES):
        ordinal = str(len(document["charge"]) + 1)
        said = row(item, {*NESTED, "ChargeTypeCode"})
        code = value(item, "ChargeTypeCode") or local(item)
        document["charge"].append({**key, "charge_ordinal": ordinal, **said, **_prices(item), "charge_type": code})


def closed_in(header: Row, dates: tuple[date, date] | None) -> bool:
    closed = header.get("repair_order_invoice_date_time") or header.get("repair_order_completed_date_time") or ""
    return dates is None or f"{dates[0]}" <= closed[:10] <= f"{dates[1]}"
