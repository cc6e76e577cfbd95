"""Far end `protractor`: one location, by IntegrationServices 2.0 and by the CRM data set.

Belongs here: both protocols' questions and answers, what exists when. Keep out: a record's content
(protractor_payload.py, whose docstring says what the protocol cannot carry)."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from connectors.simulator import protractor_payload as payload
from connectors.simulator.events import Company, Event, Site
from connectors.simulator.httpserver import FarEnd, Reply, Request, shown
from connectors.simulator.operations import of_site

Row = dict[str, Any]
SERVICES, CRM = "/IntegrationServices/2.0", "/ExternalCRM/1.0/GetCRMData.ashx"


class ProtractorServer(FarEnd):
    """Serves one location on a free loopback port. `throttle`: waits that the next CRM answers ask for."""

    def __init__(self, company: Company, events: Iterable[Event], site: Site, as_of: datetime) -> None:
        super().__init__()
        self.site, self.events = site, list(events)
        self.location = payload.guid("location", site.id)
        self.connection_id = "3F2504E0-4F89-11D3-9A0C-0305E82C3301"
        self.api_key = "B7AF6E80-1C2D-4E5F-8A9B-0C1D2E3F4A5B"
        self.throttle: list[str] = []
        self.advance(as_of)

    def advance(self, to: datetime) -> None:
        """Time goes on: everything that happened until then has happened."""
        with self.lock:
            mine = of_site(self.events, self.site, to)
            self.contacts = _newest(mine, "customer")
            self.vehicles = _newest(mine, "vehicle")
            people = {key: payload.contact(self.site, row) for key, (_, row) in self.contacts.items()}
            people |= {f"car {key}": payload.service_item(row) for key, (_, row) in self.vehicles.items()}
            people |= {f"staff {key}": payload.employee(row) for key, (_, row) in _newest(mine, "employee").items()}
            self.orders = _orders(self.site, mine, people)

    def allowed(self, request: Request) -> bool:
        if request.path == CRM:
            asked = dict(request.query)
            return (asked.get("connectionID"), asked.get("apiKey")) == (self.connection_id, self.api_key)
        key, data = (text.replace("-", "").lower().encode() for text in (self.api_key, self.connection_id))
        proof = base64.b64encode(hmac.digest(key, data, "sha1")).decode()
        given = tuple(map(request.header, ("connectionId", "apiKey", "authentication")))
        return given == (self.connection_id, self.api_key, proof)

    def refusal(self, status: int) -> Reply:
        """With success comes a data set that says throttled, or JSON that says so."""
        if status != 200:
            return Reply(status, {"Message": "An error has occurred."})
        return self._throttled("00:00:00")

    def answer(self, request: Request, fault: str) -> Reply:
        with self.lock:
            if request.path == CRM:
                asked = dict(request.query)
                if self.throttle:
                    return self._throttled(self.throttle.pop(0))
                return Reply(200, self._data_set(asked["startDate"], asked["endDate"]), type="text/xml")
            name, _, one = request.path.removeprefix(f"{SERVICES}/").partition("/")
            if one:
                return self._one(name, one)
            return self._list(name, dict(request.query), fault)

    def _one(self, name: str, one: str) -> Reply:
        """A work order that is posted comes without its packages."""
        row = self.orders.get(one)
        if row is None or (name == "Invoice" and not row["InvoiceNumber"]):
            return self.refusal(404)
        posted = name == "WorkOrder" and row["InvoiceNumber"]
        return Reply(200, {**row, "ServicePackages": {"ItemCollection": []}} if posted else row)

    def _list(self, name: str, asked: dict[str, str], fault: str) -> Reply:
        if name == "Location":
            rows: list[Row] = [{"ID": self.location, "Name": self.site.name}]
        elif name == "Invoice":
            rows = self._posted(asked["startDate"], asked["endDate"])
        elif name == "WorkOrder" and asked.get("readInProgress") == "true":
            rows = [payload.thin(row) for row in self.orders.values() if not row["InvoiceNumber"]]
        else:
            return self.refusal(404)
        skip, size = int(asked.get("skip", 0)), int(asked.get("take", 100))
        return Reply(200, {"ItemCollection": shown(rows, skip, size, fault)})

    def _posted(self, first: str, last: str) -> list[Row]:
        posted = (row for row in self.orders.values() if row["InvoiceNumber"])
        return [row for row in posted if date.fromisoformat(first).isoformat() <= row["InvoiceTime"][:10] <= last]

    def _throttled(self, wait: str) -> Reply:
        message = f"Too many calls. Please wait {wait} before the next call."
        head = f"<Header><ErrorNumber>CallThrottled</ErrorNumber><ErrorMessage>{message}</ErrorMessage></Header>"
        return Reply(200, f"<CRMDataSet>{head}</CRMDataSet>".encode(), type="text/xml")

    def _data_set(self, first: str, last: str) -> bytes:
        """Everything of the window in one document; of people those that were saved in it."""
        lists = {
            "Contacts": [
                _headed(self.site, payload.contact(self.site, row), at)
                for at, row in self.contacts.values()
                if first <= _day(self.site, at) <= last
            ],
            "ServiceItems": [
                _headed(self.site, payload.service_item(row), at)
                for at, row in self.vehicles.values()
                if first <= _day(self.site, at) <= last
            ],
            "Invoices": [_crm_invoice(row) for row in self._posted(first, last)],
            "Appointments": [],
        }
        head = "<Header><ErrorNumber/><ErrorMessage/></Header>"
        body = "".join(_xml(name, rows) for name, rows in lists.items())
        return f'<?xml version="1.0" encoding="utf-8"?><CRMDataSet>{head}{body}</CRMDataSet>'.encode()

    def send(self, inbox: Path, name: str, order: str) -> None:
        """A callback, as the receiver puts it down."""
        inbox.mkdir(parents=True, exist_ok=True)
        body = {"Event": "WorkOrderUpdated", "Data": {"WorkOrderID": order, "LocationID": self.location}}
        (inbox / f"{name}.json").write_text(json.dumps(body))


def _newest(events: list[Event], entity: str) -> dict[str, tuple[datetime, Row]]:
    return {event.key: (event.at, event.data) for event in events if event.entity == entity}


def _orders(site: Site, events: list[Event], people: dict[str, Row]) -> dict[str, Row]:
    """By id; what was given up is gone."""
    first: dict[str, datetime] = {}
    rows: dict[str, Row] = {}
    for event in events:
        if event.entity == "repair_order":
            first.setdefault(event.key, event.at)
            number = payload.guid("order", event.key)
            rows.pop(number, None)
            if (
                event.action == "saved"
                and event.data["status"] not in ("void", "deleted")
                and not event.data["deleted"]
            ):
                rows[number] = payload.order(site, event.data, first[event.key], event.at, people)
    return rows


def _day(site: Site, at: datetime) -> str:
    return site.business_date(at).isoformat()


def _headed(site: Site, row: Row, at: datetime) -> Row:
    times = {"CreationTime": payload.wall(site, at), "LastModifiedTime": payload.wall(site, at)}
    own = {name: value for name, value in row.items() if name not in ("ID", "Submodel")}
    return {"Header": {"ID": row["ID"], **times}, **own}


def _crm_invoice(row: Row) -> Row:
    """Ids in place of people, names of the staff, titles bare, no deferred work."""
    advisor = (row["ServiceAdvisor"] or {}).get("Name") or {}
    hidden = ("Contact", "ServiceItem", "DeferredServicePackages", "ServicePackages", "Completed", "WorkflowStage")
    own = {name: value for name, value in row.items() if name not in hidden}
    packages = [
        {"Header": {"ID": one["ID"]}, "Chapter": one["Chapter"], "Rank": one["Rank"],
         "Title": one["ServicePackageHeader"]["Title"],
         "ServicePackageLines": [_crm_line(line) for line in one["ServicePackageLines"]["ItemCollection"]]}
        for one in row["ServicePackages"]["ItemCollection"]
    ]  # fmt: skip
    return {**own, "ContactID": (row["Contact"] or {}).get("ID"), "ServiceItemID": (row["ServiceItem"] or {}).get("ID"),
            "ServiceAdvisor": f"{advisor.get('FirstName')} {advisor.get('LastName')}",
            "ServicePackages": packages}  # fmt: skip


def _crm_line(line: Row) -> Row:
    return {name: value for name, value in line.items() if name != "Technician"}


def _xml(name: str, value: Any) -> str:
    if isinstance(value, list):
        return f"<{name}>{''.join(_xml('Item', item) for item in value)}</{name}>"
    if isinstance(value, dict):
        return f"<{name}>{''.join(_xml(key, part) for key, part in value.items())}</{name}>"
    return f"<{name}/>" if value is None else f"<{name}>{escape(str(value))}</{name}>"
