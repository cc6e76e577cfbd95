"""Far end `dealertrack` by web service: OpenTrack's SOAP calls of one dealership. A shop of another system can be
told too; lines that a document has no place for (dealertrack.py says which) are then left out.

Belongs here: who may ask, which orders an answer holds, envelopes, open documents. Keep out: closed documents
(dealertrack.py) and the rows under their lines (dealertrack_lines.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree as Xml

from connectors.simulator.dealertrack import closed_order
from connectors.simulator.events import Company, Event, Site, State, iso
from connectors.simulator.httpserver import FarEnd, Reply, Request
from connectors.simulator.operations import View

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
SPACE = "{opentrack.dealertrack.com}"
OPEN = ("open", "on_hold", "finished")
ONLY_CLOSED = ("CloseDate", "FinalCloseDate", "TotalSale")
RENAMED = {
    "OpenDate": "OpenTransactionDate",
    "CustomerPayHazardousMaterials": "CustomerPayHazardousMaterial",
    "SpecialOrderDeposits": "SpecialOrderDeposit",
    **{f"{payer}SaleTax": f"{payer}Tax1" for payer in ("CustomerPay", "Warranty", "Internal", "ServiceContract")},
}
Order = dict[str, Any]


class OpenTrackServer(FarEnd):
    """One company, as of an instant; `as_of` may be moved while it runs."""

    def __init__(self, company: Company, events: Iterable[Event], site: Site, as_of: datetime) -> None:
        super().__init__()
        self.company, self.site, self.as_of = company, site, as_of
        self.events, self._view = list(events), View(site)
        self.user, self.password, self.enterprise = "tieout", "opentrack-password", "ZE"

    def allowed(self, request: Request) -> bool:
        root = Xml.fromstring(request.body)
        texts = [element.text for element in root.iter() if element.tag.endswith(("Username", "Password"))]
        return texts == [self.user, self.password]

    def refusal(self, status: int) -> Reply:
        envelope = Xml.Element(f"{SOAP}Envelope")
        fault = Xml.SubElement(Xml.SubElement(envelope, f"{SOAP}Body"), f"{SOAP}Fault")
        Xml.SubElement(fault, "faultcode").text = "soap:Server"
        Xml.SubElement(fault, "faultstring").text = "Arkona is not available"
        return Reply(status, Xml.tostring(envelope, encoding="utf-8"), type="text/xml")

    def answer(self, request: Request, fault: str) -> Reply:
        body = Xml.fromstring(request.body).find(f"{SOAP}Body")
        assert body is not None
        call = body[0]
        asked = {element.tag.removeprefix(SPACE): element.text or "" for element in call[1]}
        answers: dict[str, Callable[[dict[str, str]], list[Xml.Element]]] = {
            "OpenRepairOrderLookup": self._open,
            "GetClosedRepairOrders": self._headers,
            "GetClosedRepairOrderDetails": self._details,
        }
        name = call.tag.removeprefix(SPACE)
        return _enveloped(name, answers[name](asked))

    def state(self) -> State:
        return self._view.at(self.events, self.as_of)

    def _open(self, asked: dict[str, str]) -> list[Xml.Element]:
        after = _instant(asked.get("ModifiedAfter"))
        chosen = [ro for ro in self._orders(OPEN) if ro["updated_at"] > after]
        return [_open_order(self.site, ro, self.state()) for ro in chosen]

    def _headers(self, asked: dict[str, str]) -> list[Xml.Element]:
        """Orders without their details."""
        after = _instant(asked.get("ModifiedAfter"))
        first, last = (asked.get(f"FinalCloseDate{end}", default)[:10] for end, default in _ALL_DAYS)
        found = []
        for ro in self._orders(("closed",)):
            if ro["updated_at"] > after and first <= ro["closed_date"].isoformat() <= last:
                order = closed_order(self.site, ro, self.state())
                for details in order.findall("Details"):
                    order.remove(details)
                found.append(order)
        return found

    def _details(self, asked: dict[str, str]) -> list[Xml.Element]:
        chosen = [ro for ro in self._orders(("closed",)) if ro["ro_number"] == asked["RepairOrderNumber"]]
        return [closed_order(self.site, ro, self.state()) for ro in chosen]

    def _orders(self, statuses: tuple[str, ...]) -> list[Order]:
        found = [ro for ro in self.state()["repair_order"].values() if ro["status"] in statuses]
        return sorted(found, key=lambda ro: ro["ro_number"])


_ALL_DAYS = (("Start", date.min.isoformat()), ("End", date.max.isoformat()))


def _open_order(site: Site, ro: Order, state: State) -> Xml.Element:
    """The same order before its close: other names for some of its money, no close, a time of change."""
    closed = closed_order(site, {**ro, "closed_date": None}, state)
    order = Xml.Element("OpenRepairOrder")
    Xml.SubElement(order, "InternalKey").text = ro["ro_id"]
    Xml.SubElement(order, "DocumentType").text = "RO"
    Xml.SubElement(order, "ROStatus").text = {"open": "1", "on_hold": "2", "finished": "3"}[ro["status"]]
    for item in closed:
        if item.tag not in ONLY_CLOSED:
            item.tag = RENAMED.get(item.tag, item.tag)
            order.append(item)
    for detail in order.iter("ClosedRepairOrderDetail"):
        detail.tag = "OpenRepairOrderDetail"
    Xml.SubElement(order, "LastModified").text = iso(ro["updated_at"])
    return order


def _enveloped(call: str, orders: list[Xml.Element]) -> Reply:
    envelope = Xml.Element(f"{SOAP}Envelope")
    answer = Xml.SubElement(Xml.SubElement(envelope, f"{SOAP}Body"), f"{SPACE}{call}Response")
    Xml.SubElement(answer, f"{SPACE}{call}Result").extend(orders)
    return Reply(200, Xml.tostring(envelope, encoding="utf-8", xml_declaration=True), type="text/xml")


def _instant(text: str | None) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else datetime.min.replace(tzinfo=UTC)
