"""Far end `cdk`: 3PA's pip-extracts of one dealer: POSTed forms, XML back, the values of lines in arrays of V.

What the extracts cannot carry: estimates, declined work, deletions other than by absence, the hour of a day, days
and numbers of payments, payments of open orders, discounts as a part of their line, jurisdictions of tax.

Belongs here: who may ask, which orders an extract holds, its envelope. Keep out: one order (cdk_order.py)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree as Xml

from connectors.simulator.cdk_order import order
from connectors.simulator.events import Company, Event, Site, State
from connectors.simulator.httpserver import FarEnd, Reply, Request
from connectors.simulator.operations import View

Row = Mapping[str, Any]
CLOSED_SPACE = "http://www.dmotorworks.com/service-repair-order-history"
OPEN = ("open", "on_hold", "finished")


class CdkServer(FarEnd):
    """One dealer, as of an instant; `as_of` may be moved while it runs."""

    def __init__(self, company: Company, events: Iterable[Event], site: Site, as_of: datetime) -> None:
        super().__init__()
        self.company, self.site, self.as_of = company, site, as_of
        self.events, self._view = list(events), View(site)
        self.user, self.password = "tieout", "cdk-password"

    def allowed(self, request: Request) -> bool:
        basic = b64encode(f"{self.user}:{self.password}".encode()).decode()
        return request.header("Authorization") == f"Basic {basic}"

    def refusal(self, status: int) -> Reply:
        """Even a refusal comes as an extract with its error code."""
        return _reply([], "ServiceRODetail", "", code="1205", message="Session limit reached", status=status)

    def answer(self, request: Request, fault: str) -> Reply:
        form = request.form
        if form.get("dealerId") != self.site.source_code:
            return _reply([], "ServiceRODetail", "", code="1001", message="Dealer not authorized")
        queries = {
            "SROD_Open_WIP": lambda: self._orders(lambda ro: ro["status"] in OPEN),
            "SROD_ByRONumber": lambda: self._orders(lambda ro: ro["ro_number"] == form["qparamRONum"]),
            "SROD_Closed_DateRange": lambda: self._closed(form),
            "SROD_History_DateRange": lambda: self._closed(form),
            "CUST_Bulk": lambda: self._customers(None),
            "CUST_Delta": lambda: self._customers(_day(form["deltaDate"])),
            "HEMPL_Bulk_Service": self._employees,
        }
        return queries[form["queryId"]]()

    def _closed(self, form: Mapping[str, str]) -> Reply:
        first, last = (_day(form[name]) for name in ("qparamStartDate", "qparamEndDate"))
        return self._orders(lambda ro: _within(ro, first, last), CLOSED_SPACE)

    def state(self) -> State:
        return self._view.at(self.events, self.as_of)

    def _orders(self, holds: Any, space: str = "") -> Reply:
        state = self.state()
        tenders = list(state["tender"].values())
        chosen = [
            ro for ro in state["repair_order"].values() if ro["status"] in (*OPEN, "closed", "void") and holds(ro)
        ]
        rows = [order(self.site, ro, state, tenders) for ro in sorted(chosen, key=lambda ro: ro["ro_number"])]
        return _reply(rows, "ServiceRODetail", space)

    def _customers(self, changed_on: date | None) -> Reply:
        rows = []
        for key, customer in sorted(self.state()["customer"].items()):
            changed = self.site.business_date(customer["updated_at"])
            if changed_on is not None and changed < changed_on:
                continue
            phones = (customer["phones"] or "").split(";")
            rows.append(_row("Customer", {
                "CustNo": key, "FirstName": customer["first_name"], "LastName": customer["last_name"],
                "NameCompany": customer["company_name"], "Address": customer["address_1"], "City": customer["city"],
                "State": customer["state"], "ZipOrPostalCode": customer["postal_code"], "Cellular": phones[0],
                "HomePhone": phones[1] if len(phones) > 1 else "", "Email1": customer["email"],
                "LastUpdated": changed.isoformat(),
            }))  # fmt: skip
        return _reply(rows, "Customer", "http://www.dmotorworks.com/pip-extract-customer")

    def _employees(self) -> Reply:
        rows = [_row("HelpEmployee", {"Id": "Id", "Name": "Name", "SaFlag": "SA", "TechFlag": "Tech"})]
        for key, employee in sorted(self.state()["employee"].items()):
            flags = {"SaFlag": employee["role"] == "advisor", "TechFlag": employee["role"] == "technician"}
            said = {name: "Y" if flag else "N" for name, flag in flags.items()}
            rows.append(_row("HelpEmployee", {"Id": key, "Name": employee["name"], **said}))
        return _reply(rows, "HelpEmployee", "")


def _within(ro: Row, first: date, last: date) -> bool:
    """Voids are in the closed extracts by the day of the void."""
    day = ro["voided_date"] if ro["status"] == "void" else ro["closed_date"] if ro["status"] == "closed" else None
    return day is not None and first <= day <= last


def _day(text: str) -> date:
    month, day, year = map(int, text.split("/"))
    return date(year, month, day)


def _row(name: str, fields: Mapping[str, str | None]) -> Xml.Element:
    row = Xml.Element(name)
    for tag, text in {"ErrorLevel": "0", "ErrorMessage": None, **fields}.items():
        Xml.SubElement(row, tag).text = text
    return row


def _reply(
    rows: list[Xml.Element], name: str, space: str, code: str = "0", message: str = "", status: int = 200
) -> Reply:
    """The error code stands first where there is no namespace, else last."""
    root = Xml.Element(name, {"xmlns": space} if space else {})
    ending = [Xml.Element("ErrorCode"), Xml.Element("ErrorMessage")]
    ending[0].text, ending[1].text = code, message or None
    root.extend([*rows, *ending] if space else [*ending, *rows])
    return Reply(status, Xml.tostring(root, encoding="utf-8", xml_declaration=True), type="text/xml")
