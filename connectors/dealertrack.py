"""Kind `dealertrack`: OpenTrack's closed repair-order documents, XML files in a folder, one file per answer.

Belongs here: finding files, reading XML safely, one row per element. Keep out: what a code or a 0 means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import ClassVar

from connectors.base import Item, Rows, SourceError, TieoutError, Window
from connectors.drop import Drop, each_once
from connectors.xmlrows import Document, Element, Row, elements, local, page, row

TABLES = ("repair_order", "detail", "labor", "part", "comment")
ANSWER, ORDER, FAULT = "ClosedRepairOrderLookupResponse", "ClosedRepairOrder", "Fault"
LISTS = {"LaborDetails": "labor", "Parts": "part", "Comments": "comment"}
NESTED = ("Details", *LISTS)
LABOR_CODES = dict.fromkeys(("CP", "WS", "IS", "SC"), "quoted") | {
    "TT": "labor", "SL": "sublet", "PO": "no_sale", "CR": "no_sale",
}  # fmt: skip
PART_CODES = dict.fromkeys(("CP", "WS", "IS", "SC", "SR"), "sold") | {"LS": "no_sale"}
DOCUMENTS_PER_PAGE = 500


@dataclass(frozen=True)
class Dealertrack:
    """`path` is the folder that the dealership's OpenTrack job fills; a file is whole once it has its name.

    `labor_codes` and `part_codes` say what further transaction codes of this dealership mean for money."""

    path: Path
    pattern: str = "*.xml"
    max_megabytes: int = 256
    labor_codes: Mapping[str, str] = field(default_factory=dict)
    part_codes: Mapping[str, str] = field(default_factory=dict)
    kind: ClassVar[str] = "dealertrack"

    def __post_init__(self) -> None:
        self._drop()
        _known("labor_codes", self.labor_codes, LABOR_CODES)
        _known("part_codes", self.part_codes, PART_CODES)

    def tables(self) -> tuple[str, ...]:
        return TABLES

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        return {
            ("labor", "transaction_code"): LABOR_CODES | dict(self.labor_codes),
            ("part", "trans_code"): PART_CODES | dict(self.part_codes),
        }

    def check(self) -> list[str]:
        return [self._drop().says()]

    def pull(self, window: Window) -> Iterator[Item]:
        return each_once(self._drop(), window, lambda name, data: _pages(name, data, window.dates))

    def _drop(self) -> Drop:
        return Drop(self.path, self.pattern, self.max_megabytes)


def _known(setting: str, codes: Mapping[str, str], builtin: Mapping[str, str]) -> None:
    meanings = sorted(set(builtin.values()))
    for code, meaning in codes.items():
        if meaning not in meanings:
            raise TieoutError(f"{setting}.{code}: {meaning!r} is none of {', '.join(meanings)}")


def _pages(name: str, data: bytes, dates: tuple[date, date] | None) -> Iterator[Rows]:
    """The file is read to its end before its first row leaves: half a file never lands."""
    for _ in _documents(name, data):
        pass
    wanted = (found for found in _documents(name, data) if _closed_in(found["repair_order"][0], dates))
    while some := list(islice(wanted, DOCUMENTS_PER_PAGE)):
        yield from page(some, TABLES, name)


def _closed_in(header: Row, dates: tuple[date, date] | None) -> bool:
    stated = (header.get("final_close_date"), header.get("close_date"))
    closed = next((text for text in stated if text and text != "0"), "")
    return dates is None or f"{dates[0]:%Y%m%d}" <= closed <= f"{dates[1]:%Y%m%d}"


def _documents(name: str, data: bytes) -> Iterator[Document]:
    """Every ClosedRepairOrder, under any namespace and inside any envelope."""
    answered = False
    for element in elements(name, data, "OpenTrack"):
        tag = local(element)
        if tag == FAULT:
            reason = " ".join(str(text).strip() for text in element.itertext())
            raise SourceError(f"{name}: OpenTrack refused: {reason.strip()[:200]}")
        answered = answered or tag in (ANSWER, ORDER)
        if tag == ORDER:
            yield _document(element)
            element.clear()
    if not answered:
        raise SourceError(f"{name}: holds no {ANSWER}; deliver closed repair orders to this folder")


def _document(order: Element) -> Document:
    header = row(order, NESTED)
    key = {column: header.get(column) for column in ("company_number", "repair_order_number")}
    document: Document = {table: [] for table in TABLES} | {"repair_order": [header]}
    for detail in _inside(order, "Details"):
        line = key | row(detail, NESTED)
        document["detail"].append(line)
        parent = key | {"line_number": line.get("line_number")}
        for container, table in LISTS.items():
            document[table] += [parent | row(item, NESTED) for item in _inside(detail, container)]
    return document


def _inside(parent: Element, container: str) -> Iterator[Element]:
    return (item for child in parent if local(child) == container for item in child)
