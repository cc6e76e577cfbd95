"""OpenTrack's SOAP calls: open orders, the list of closed ones, the details of one; and when each is asked.

Belongs here: envelopes and windows. Keep out: what an order holds (opentrack_order.py), settings (dealertrack.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeVar

import polars as pl
from lxml import etree

from connectors.base import Cursor, Item, Keys, Window
from connectors.opentrack_order import FAULT, TABLES, document, words
from connectors.reading.answers import Again
from connectors.reading.http import Api
from connectors.reading.xmlrows import Document, Element, answered, elements, local, page, text

T = TypeVar("T")
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
OPENTRACK = "opentrack.dealertrack.com"
OVERLAP = timedelta(days=2)  # clocks that differ, and changes that are told late
RE_READ = timedelta(days=7)  # closed orders that are read again each time
LATE_EDITS = timedelta(days=60)  # closed orders that a sweep reads again
STEP = timedelta(days=31)  # closed orders of one request
DOCUMENTS_PER_PAGE = 500
Asked = Mapping[str, str]


@dataclass(frozen=True)
class OpenTrack:
    """An account at a dealership, and the client that its calls go through."""

    api: Api
    user: str
    password: str = field(repr=False)
    dealer: Asked

    def pull(self, window: Window, history_days: int) -> Iterator[Item]:
        """Everything is read before the first row leaves. An order that is open and closed was closed while it
        was read. What is no longer open, nor closed in the windows, is asked for by its number."""
        everything = window.since is None or window.sweep
        found = {key(one): one for one in self.open_orders(None if everything else window.since)}
        open_now = set(found)
        listed = [number for asked in closed_windows(window, history_days) for number in self.closed_numbers(asked)]
        before = set(window.cursor.get("open", ()))
        vanished = sorted(before - open_now - set(listed)) if everything else []
        with ThreadPoolExecutor(self.api.in_flight) as pool:
            for order in pool.map(self.closed_order, dict.fromkeys([*listed, *vanished])):
                found |= {key(order): order} if order else {}
        documents, name = list(found.values()), f"OpenTrack_{window.until:%Y%m%dT%H%M%SZ}"
        for at in range(0, len(documents), DOCUMENTS_PER_PAGE):
            yield from page(documents[at : at + DOCUMENTS_PER_PAGE], TABLES, name)
        gone = [number for number in vanished if number not in found]
        if gone:
            names = dict.fromkeys(("company_number", "repair_order_number"), pl.String)
            yield Keys("repair_order", pl.DataFrame(schema=names), pl.col("repair_order_number").is_in(gone))
        still = {number for number, one in found.items() if one["repair_order"][0]["document_state"] == "open"}
        yield Cursor({"open": sorted(still if everything else before - found.keys() | still)})

    def open_orders(self, since: datetime | None) -> list[Document]:
        asked = {"ModifiedAfter": f"{since - OVERLAP:%Y-%m-%dT%H:%M:%S}"} if since else {}
        return self._call("OpenRepairOrderLookup", ("Dealer", "LookupParms"), asked, _orders)

    def closed_numbers(self, asked: Asked) -> list[str]:
        return self._call("GetClosedRepairOrders", ("dealer", "request"), asked, _numbers)

    def closed_order(self, number: str) -> Document | None:
        asked = {"RepairOrderNumber": number}
        found = self._call("GetClosedRepairOrderDetails", ("dealer", "request"), asked, _orders)
        return found[0] if found else None

    def _call(self, call: str, parts: tuple[str, str], asked: Asked, take: Callable[[list[Element]], T]) -> T:
        def read(name: str, data: bytes) -> T:
            return take(_answer(call, name, data))

        sent = self._envelope(call, parts, asked)
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f"{OPENTRACK}/{call}"}
        what = "".join(f" {value}" for value in asked.values())
        return self.api.read(
            "POST", "/ServiceAPI.asmx", answered(read), page=f" {call}{what}", content=sent, headers=headers
        )

    def _envelope(self, call: str, parts: tuple[str, str], asked: Asked) -> bytes:
        envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP, "wsse": SECURITY})
        head = etree.SubElement(etree.SubElement(envelope, f"{{{SOAP}}}Header"), f"{{{SECURITY}}}Security")
        token = etree.SubElement(head, f"{{{SECURITY}}}UsernameToken")
        etree.SubElement(token, f"{{{SECURITY}}}Username").text = self.user
        etree.SubElement(token, f"{{{SECURITY}}}Password").text = self.password
        body = etree.SubElement(etree.SubElement(envelope, f"{{{SOAP}}}Body"), f"{{{OPENTRACK}}}{call}")
        for name, fields in zip(parts, (self.dealer, asked), strict=True):
            part = etree.SubElement(body, f"{{{OPENTRACK}}}{name}")
            for tag, value in fields.items():
                etree.SubElement(part, f"{{{OPENTRACK}}}{tag}").text = value
        return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")


def key(order: Document) -> str:
    return order["repair_order"][0].get("repair_order_number") or ""


def closed_windows(window: Window, history_days: int) -> Iterator[Asked]:
    """By the day of the final close, and what was modified since, whenever it was closed."""
    today = window.until.date() + timedelta(days=1)
    back = timedelta(days=history_days) if window.since is None else LATE_EDITS if window.sweep else RE_READ
    first = min(today, window.since.date() if window.since else today) - back
    if window.dates:
        yield from _months(*window.dates)
    yield from _months(first, today)
    if window.since is not None:
        yield {"ModifiedAfter": f"{window.since - OVERLAP:%Y-%m-%dT%H:%M:%S}"}


def _months(first: date, last: date) -> Iterator[Asked]:
    while first <= last:
        end = min(last, first + STEP - timedelta(days=1))
        days = {"FinalCloseDateStart": first, "FinalCloseDateEnd": end}
        yield {name: f"{datetime.combine(day, time()):%Y-%m-%dT%H:%M:%S}" for name, day in days.items()}
        first = end + timedelta(days=1)


def _answer(call: str, name: str, data: bytes) -> list[Element]:
    """The elements of a whole answer to this call; a fault or an error inside is none."""
    found = list(elements(name, data, "OpenTrack"))
    for element in found:
        if local(element) in (FAULT, "Error"):
            raise Again(f"OpenTrack refused: {words(element)}")
    if not any(local(element) == f"{call}Response" for element in found):
        raise Again(f"a 200 without {call}Response")
    return found


def _orders(found: list[Element]) -> list[Document]:
    return [document(element) for element in found if local(element) in ("OpenRepairOrder", "ClosedRepairOrder")]


def _numbers(found: list[Element]) -> list[str]:
    return [text(element) or "" for element in found if local(element) == "RepairOrderNumber"]
