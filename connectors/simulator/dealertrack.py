"""Far end `dealertrack`: OpenTrack's closed repair orders of one shop, one XML file a delivery.

Belongs here: which orders a file holds, their header. Keep out: the rows under a line (dealertrack_lines.py).

What the protocol cannot carry: anything but closed orders (no estimate, open order, void, reopen or delete);
payments; jobs that were not sold; taxability and jurisdictions of tax; clocked hours; discounts of a line,
upcharges, other charges; the hour of a day; names of people who work there; what a labor line is called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

from connectors.simulator.dealertrack_lines import PAYERS, ZERO, add, details, plain, total
from connectors.simulator.events import Company, Event, Site, State, state_at
from connectors.simulator.operations import changed, of_site
from connectors.simulator.whole import Unspeakable

Row = Mapping[str, Any]
ANSWER = "ClosedRepairOrderLookupResponse"
REDUCTIONS = ("discount", "coupon", "package_discount")
SOLD = ("part", "labor", "sublet")
CARRIED = (*SOLD, "supply", "fee", "tax", *REDUCTIONS)


def deliver(
    company: Company,
    events: Iterable[Event],
    site: Site,
    drop: Path,
    *,
    since: datetime | None,
    as_of: datetime,
) -> list[str]:
    """One file with every order that was closed, or changed after that, since the last delivery; its name."""
    mine = of_site(events, site, as_of)
    state = state_at(mine)
    answer = Xml.Element(ANSWER)
    for key in sorted(changed(mine, "repair_order", since) & state["repair_order"].keys()):
        if state["repair_order"][key]["status"] == "closed":
            _refuse(state["repair_order"][key])
            answer.append(closed_order(site, state["repair_order"][key], state))
    Xml.indent(answer)
    drop.mkdir(parents=True, exist_ok=True)
    name = f"ClosedRepairOrders_{as_of.astimezone(UTC):%Y%m%dT%H%M%SZ}.xml"
    half = drop / f"{name}.part"
    half.write_bytes(Xml.tostring(answer, encoding="utf-8", xml_declaration=True))
    half.replace(drop / name)
    return [name]


def closed_order(site: Site, ro: Row, state: State) -> Xml.Element:
    """The document; what it has no place for is not in it."""
    lines, rate = ro["lines"], sum((rate for _, rate in site.taxes), ZERO)
    under, deposit = details(ro, rate)
    element = Xml.Element("ClosedRepairOrder")
    _who(element, site, ro, state)
    closed = number(ro["closed_date"])
    dates = {
        "OpenDate": number(site.business_date(ro["opened_at"])),
        "CloseDate": closed,
        "FinalCloseDate": closed,
    }
    add(element, dates)
    vehicle = state["vehicle"].get(ro["vehicle_id"] or "", {})
    odometer = plain(ro["odometer_in"] or 0)
    add(element, {"VIN": vehicle.get("vin"), "OdometerIn": odometer, "OdometerOut": odometer})
    add(element, _money(lines, under, deposit))
    element.append(under)
    return element


def _refuse(ro: Row) -> None:
    for line in ro["lines"]:
        what = f"{ro['ro_number']}, line {line['line_id']}"
        if line["line_type"] not in CARRIED:
            raise Unspeakable(f"{what}: no place for a line of type {line['line_type']}")
        if line["discount_amount"]:
            raise Unspeakable(f"{what}: no place for the discount of a line")
        if line["line_type"] in ("fee", *REDUCTIONS) and line["pay_type"] != "customer":
            raise Unspeakable(f"{what}: a {line['line_type']} is the customer's")


def _who(element: Xml.Element, site: Site, ro: Row, state: State) -> None:
    customer = state["customer"].get(ro["customer_id"] or "", {})
    person = ", ".join(str(customer.get(name) or "").upper() for name in ("last_name", "first_name"))
    postal = customer.get("postal_code")
    add(element, {
        "CompanyNumber": site.source_code,
        "RepairOrderNumber": ro["ro_number"],
        "RepairOrderType": None,
        "ServiceWriterID": ro["advisor_id"],
        "CustomerKey": ro["customer_id"] or "0",
        "CustomerName": customer.get("company_name") or (person if customer else None),
        "CustomerAddress1": customer.get("address_1"),
        "CustomerCity": customer.get("city"),
        "CustomerState": customer.get("state"),
        "CustomerZipCode": plain(int(postal) * 10_000) if postal else "0",
        "ARCustomerKey": "0",
        "PaymentMethod": None,
    })  # fmt: skip


def _money(lines: list[Row], under: Xml.Element, deposit: Decimal) -> dict[str, str | None]:
    """Totals of the customer's own share; TotalSale adds the factory's, and every kit once more."""
    own = {kind: total(lines, kind, "customer") for kind in SOLD}
    factory = sum((total(lines, kind, "warranty") for kind in SOLD), ZERO)
    kits = _sum(under, "Part", "NetPrice", lambda part: part.findtext("GroupPrice") == "K")
    coupon = sum((total(lines, kind, "customer") for kind in REDUCTIONS), ZERO)
    stated = {
        "TotalEstimate": _sum(under, "Labor", "LaborAmount", _is_quote),
        "PartsTotal": own["part"],
        "LaborTotal": own["labor"],
        "SubletTotal": own["sublet"],
        "SpecialOrderDeposits": deposit,
        "CustomerPayHazardousMaterials": total(lines, "fee", "customer"),
    }
    stated |= {f"{field}SaleTax": total(lines, "tax", payer) for payer, (field, _) in PAYERS.items()}
    stated |= {f"{field}ShopSup": total(lines, "supply", payer) for payer, (field, _) in PAYERS.items()}
    stated |= {"CouponDiscount": coupon, "TotalCouponDiscount": coupon}
    stated["TotalSale"] = sum(own.values(), ZERO) + factory + kits
    return {name: plain(amount) for name, amount in stated.items()}


def _sum(under: Xml.Element, tag: str, amount: str, chosen: Callable[[Xml.Element], bool]) -> Decimal:
    return sum((Decimal(row.findtext(amount) or 0) for row in under.iter(tag) if chosen(row)), ZERO)


def _is_quote(labor: Xml.Element) -> bool:
    return labor.findtext("LineType") == "A" and labor.findtext("LinePaymentMethod") == "C"


def number(day: date | None) -> str:
    """20130807; 0 is no date."""
    return f"{day:%Y%m%d}" if day else "0"
