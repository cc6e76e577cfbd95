"""Kind `dealertrack`: OpenTrack's closed repair-order documents, XML files in a folder, one file per answer.

Belongs here: finding files, reading XML safely, one row per element. Keep out: what a code or a 0 means."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import ClassVar

import polars as pl
from lxml import etree

from connectors.base import Cursor, Failed, Item, Rows, SourceError, TieoutError, Window

Row = dict[str, str | None]
Document = dict[str, list[Row]]
TABLES = ("repair_order", "detail", "labor", "part", "comment")
ANSWER, ORDER, FAULT = "ClosedRepairOrderLookupResponse", "ClosedRepairOrder", "Fault"
LISTS = {"LaborDetails": "labor", "Parts": "part", "Comments": "comment"}
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
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
        if not isinstance(self.max_megabytes, int) or not 1 <= self.max_megabytes <= 2048:
            raise TieoutError(f"max_megabytes: {self.max_megabytes!r} is not a whole number from 1 to 2048")
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
        files = self._files()
        newest = f", the last by name {files[-1].name}" if files else ""
        return [f"{self.path}: {len(files)} file(s) match {self.pattern}{newest}"]

    def pull(self, window: Window) -> Iterator[Item]:
        """Files by name, each content once. One that cannot be read holds up no other and is tried again."""
        taken: Mapping[str, str] = window.cursor.get("files", {})
        present: dict[str, str] = {}
        for file in self._files():
            try:
                data = self._bytes(file)
                digest = hashlib.sha256(data).hexdigest()
                if window.dates or (digest not in taken and digest not in present):
                    yield from _pages(file.name, data, window.dates)
                present[digest] = file.name
            except SourceError as error:
                yield Failed(f"file {file.name}", error)
        yield Cursor({"files": present})

    def _files(self) -> list[Path]:
        if not self.path.is_dir():
            raise SourceError(f"{self.path}: no such folder; mount the OpenTrack drop or correct path")
        files = (file for file in self.path.glob(self.pattern) if file.is_file())
        return sorted(files, key=lambda file: file.name)

    def _bytes(self, file: Path) -> bytes:
        try:
            size = file.stat().st_size
            if size > self.max_megabytes * 2**20:
                raise SourceError(f"{file.name}: {size} bytes; split it or raise max_megabytes")
            return file.read_bytes()
        except OSError as error:
            raise SourceError(f"{file.name}: cannot be read ({error.strerror}); check its rights") from None


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
    while page := list(islice(wanted, DOCUMENTS_PER_PAGE)):
        for table in TABLES:
            rows = [row for document in page for row in document[table]]
            if rows:
                columns = dict.fromkeys(column for row in rows for column in row)
                yield Rows(table, pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String)), name)


def _closed_in(header: Row, dates: tuple[date, date] | None) -> bool:
    stated = (header.get("final_close_date"), header.get("close_date"))
    closed = next((text for text in stated if text and text != "0"), "")
    return dates is None or f"{dates[0]:%Y%m%d}" <= closed <= f"{dates[1]:%Y%m%d}"


def _documents(name: str, data: bytes) -> Iterator[Document]:
    """Every ClosedRepairOrder, under any namespace and inside any envelope."""
    answered = False
    try:
        for event, element in _elements(data):
            if event == "start-document" and element.getroottree().docinfo.internalDTD is not None:
                raise SourceError(f"{name}: declares a document type, as OpenTrack never does; not read")
            if event != "end":
                continue
            tag = _local(element)
            if tag == FAULT:
                reason = " ".join(str(text).strip() for text in element.itertext())
                raise SourceError(f"{name}: OpenTrack refused: {reason.strip()[:200]}")
            answered = answered or tag in (ANSWER, ORDER)
            if tag == ORDER:
                yield _document(element)
                element.clear()
    except etree.XMLSyntaxError as error:
        raise SourceError(f"{name}: is not whole XML ({error.msg}); deliver the file again") from None
    if not answered:
        raise SourceError(f"{name}: holds no {ANSWER}; deliver closed repair orders to this folder")


def _elements(data: bytes) -> Iterator[tuple[str, etree._Element]]:
    first = True
    for event, element in etree.iterparse(
        BytesIO(data), events=("start", "end"), remove_comments=True, remove_pis=True,
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False,
    ):  # fmt: skip
        yield ("start-document" if first else event), element
        first = False


def _document(order: etree._Element) -> Document:
    header = _row(order)
    key = {column: header.get(column) for column in ("company_number", "repair_order_number")}
    document: Document = {table: [] for table in TABLES} | {"repair_order": [header]}
    for detail in _inside(order, "Details"):
        line = key | _row(detail)
        document["detail"].append(line)
        parent = key | {"line_number": line.get("line_number")}
        for container, table in LISTS.items():
            document[table] += [parent | _row(item) for item in _inside(detail, container)]
    return document


def _inside(parent: etree._Element, container: str) -> Iterator[etree._Element]:
    return (item for child in parent if _local(child) == container for item in child)


def _row(element: etree._Element) -> Row:
    """Column -> text. An empty element is null; one of a shape that is not known is kept as its XML."""
    return {column_name(_local(child)): _text(child) for child in _fields(element)}


def _fields(element: etree._Element) -> Iterable[etree._Element]:
    return (child for child in element if _local(child) not in LISTS and _local(child) != "Details")


def _text(element: etree._Element) -> str | None:
    if len(element):
        return etree.tostring(element, encoding="unicode", with_tail=False)
    return None if element.get(NIL) in ("true", "1") else (element.text or "").strip() or None


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname


def column_name(tag: str) -> str:
    """ROTechnicianID -> ro_technician_id: one rule for every element, the vendor's misspellings included."""
    words = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", tag)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", words).lower()
