"""XML as rows of text: read without entities, document types or the network, names without their namespaces.

Belongs here: safe reading, one row per element. Keep out: any vendor's elements, files and requests."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Sequence
from io import BytesIO
from typing import TypeVar

import polars as pl
from lxml import etree

from connectors.base import Rows, SourceError
from connectors.reading.answers import Again, Answer

T = TypeVar("T")
Element = etree._Element
Row = dict[str, str | None]
Document = dict[str, list[Row]]
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


class NotWhole(SourceError):
    """Not XML, or not all of it: the next delivery or answer may be."""


def elements(name: str, data: bytes, vendor: str) -> Iterator[Element]:
    """Every element once it is complete. What is no whole, plain XML is a SourceError that names the file."""
    first = True
    try:
        for event, element in etree.iterparse(
            BytesIO(data), events=("start", "end"), remove_comments=True, remove_pis=True,
            resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False,
        ):  # fmt: skip
            if first and element.getroottree().docinfo.internalDTD is not None:
                raise SourceError(f"{name}: declares a document type, as {vendor} never does; not read")
            first = False
            if event == "end":
                yield element
    except etree.XMLSyntaxError as error:
        raise NotWhole(f"{name}: is not whole XML ({error.msg}); deliver the file again") from None


def answered(read: Callable[[str, bytes], T]) -> Callable[[Answer], T]:
    """For an Api: what `read` makes of the XML of an answer; one that is not whole is asked for again."""

    def of_answer(answer: Answer) -> T:
        try:
            return read("the answer", answer.content)
        except NotWhole as error:
            raise Again(str(error).partition("; ")[0]) from None

    return of_answer


def local(element: Element) -> str:
    """The name without its namespace: vendors change and drop theirs."""
    return etree.QName(element).localname


def child(element: Element, *path: str) -> Element | None:
    """The first element down a path of local names."""
    for name in path:
        found = next((item for item in element if local(item) == name), None)
        if found is None:
            return None
        element = found
    return element


def children(element: Element, name: str) -> Iterator[Element]:
    return (item for item in element if local(item) == name)


def value(element: Element | None, *path: str) -> str | None:
    """The text down a path, None where the path ends early."""
    found = child(element, *path) if element is not None else None
    return None if found is None else text(found)


def text(element: Element) -> str | None:
    """An empty element is null; one of a shape that is not known is kept as its XML."""
    if len(element):
        return etree.tostring(element, encoding="unicode", with_tail=False)
    return None if element.get(NIL) in ("true", "1") else (element.text or "").strip() or None


def row(element: Element, without: Container[str] = ()) -> Row:
    """Column -> text of the children."""
    return {column_name(local(item)): text(item) for item in element if local(item) not in without}


def column_name(tag: str) -> str:
    """ROTechnicianID -> ro_technician_id: one rule for every element, vendors' misspellings included."""
    words = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", tag)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", words).lower()


def page(documents: Sequence[Document], tables: Sequence[str], file: str) -> Iterator[Rows]:
    """The rows of some whole documents, headers first."""
    for table in tables:
        rows = [row for document in documents for row in document[table]]
        if rows:
            columns = dict.fromkeys(column for row in rows for column in row)
            yield Rows(table, pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String)), file)
