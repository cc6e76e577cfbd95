"""OpenTrack's repair orders as rows: closed and open ones, under any namespace and inside any envelope.

Belongs here: which elements hold what. Keep out: files (dealertrack.py), requests (opentrack.py), meanings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from connectors.base import SourceError
from connectors.reading.xmlrows import Document, Element, Row, elements, local, row

TABLES = ("repair_order", "detail", "labor", "part", "comment")
STATES = {"ClosedRepairOrder": "closed", "OpenRepairOrder": "open"}
ANSWERS = tuple(f"{name}Response" for name in ("ClosedRepairOrderLookup", "OpenRepairOrderLookup"))
LISTS = {"LaborDetails": "labor", "Parts": "part", "Comments": "comment"}
NESTED = ("Details", *LISTS)
FAULT = "Fault"


def documents(name: str, data: bytes) -> Iterator[Document]:
    """Every repair order of a file."""
    answered = False
    for element in elements(name, data, "OpenTrack"):
        tag = local(element)
        if tag == FAULT:
            raise SourceError(f"{name}: OpenTrack refused: {words(element)}")
        answered = answered or tag in ANSWERS or tag in STATES
        if tag in STATES:
            yield document(element)
            element.clear()
    if not answered:
        raise SourceError(f"{name}: holds no {ANSWERS[0]}; deliver closed repair orders to this folder")


def words(fault: Element) -> str:
    return " ".join(" ".join(str(text).split()) for text in fault.itertext()).strip()[:200]


def document(order: Element) -> Document:
    header = {**row(order, NESTED), "document_state": STATES[local(order)]}
    key = {column: header.get(column) for column in ("company_number", "repair_order_number")}
    found: Document = {table: [] for table in TABLES} | {"repair_order": [header]}
    for detail in _inside(order, "Details"):
        line = key | row(detail, NESTED)
        found["detail"].append(line)
        parent = key | {"line_number": line.get("line_number")}
        for container, table in LISTS.items():
            found[table] += [parent | row(item, NESTED) for item in _inside(detail, container)]
    return found


def _inside(parent: Element, container: str) -> Iterator[Element]:
    return (item for child in parent if local(child) == container for item in child)


def closed_in(header: Row, dates: tuple[date, date] | None) -> bool:
    stated = (header.get("final_close_date"), header.get("close_date"))
    closed = next((text for text in stated if text and text != "0"), "")
    return dates is None or f"{dates[0]:%Y%m%d}" <= closed <= f"{dates[1]:%Y%m%d}"
