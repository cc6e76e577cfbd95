"""What a pip-extract answers: one flat row per order, its repeating values in parallel arrays of `V`.

Belongs here: which extract holds what, arrays zipped into rows. Keep out: when it is asked (cdk.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from connectors.base import SourceError
from connectors.reading.answers import Again
from connectors.reading.xmlrows import Document, Element, Row, children, column_name, elements, local, text, value

GROUPS = {
    "lin": "line", "lbr": "labor", "hrs": "hours", "prt": "part", "fee": "fee", "dis": "discount", "mls": "misc",
    "pay": "payment", "tot": "total",
}  # fmt: skip
GROUPED = re.compile(rf"({'|'.join((*GROUPS, 'ded', 'war', 'pun', 'vis', 'rap'))})([A-Z]\w*)")
OF_ORDER = {"payCPTotal": "pay_cp_total", "payBalanceDue": "pay_balance_due", "totalPaymentMade": "total_payment_made"}
MANY = {"PhoneNumber": "phone_number", "EmailAddress": "email_address"}
IGNORED = ("ErrorCode", "ErrorMessage", "Count")


@dataclass(frozen=True)
class Extract:
    """A path, its query, and what that query always asks."""

    name: str
    query: str
    asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"/pip-extract/{self.name}/extract"


ORDERS = {
    "open": Extract("service-ro-open", "SROD_Open_WIP"),
    "number": Extract("service-ro-open", "SROD_ByRONumber"),
    "closed": Extract("service-ro-closed", "SROD_Closed_DateRange"),
    "history": Extract("service-ro-history", "SROD_History_DateRange", {"ReportType": "CLOSED"}),
}
CUSTOMERS = {"all": Extract("customer", "CUST_Bulk"), "changed": Extract("customer", "CUST_Delta")}
PEOPLE = Extract("help-employee", "HEMPL_Bulk_Service")


def rows(name: str, data: bytes) -> Iterator[Element]:
    """The row elements of a whole answer. Its error code stands before them or behind them."""
    found, code = [], None
    for element in elements(name, data, "CDK"):
        root = element.getparent()
        if root is None or root.getparent() is not None:
            continue
        if local(element) not in IGNORED:
            found.append(element)
        elif local(element) == "ErrorCode":
            code = (text(element) or "0", root)
    if code is None:
        raise Again("a 200 without ErrorCode")
    if code[0] != "0":
        raise Again(f"ErrorCode {code[0]} in a 200 ({value(code[1], 'ErrorMessage') or 'no message'})")
    yield from found


def orders(name: str, data: bytes, dealer: str) -> Iterator[Document]:
    for element in rows(name, data):
        yield _order(element, dealer)


def flat_rows(name: str, data: bytes, dealer: str) -> list[Row]:
    """Rows without arrays. The first of the employees is none: it holds the headings of columns."""
    found = [
        {"dealer_id": dealer, **{column_name(local(item)): text(item) for item in row}} for row in rows(name, data)
    ]
    return [row for row in found if not (row.get("id") or "0").isalpha()]


def _order(element: Element, dealer: str) -> Document:
    header: Row = {"dealer_id": dealer}
    arrays: dict[str, dict[str, list[str | None]]] = {prefix: {} for prefix in GROUPS}
    counts: dict[str, int] = {}
    for item in element:
        tag = local(item)
        grouped = GROUPED.fullmatch(tag)
        if tag in OF_ORDER or (grouped is None and tag not in MANY):
            header[OF_ORDER.get(tag) or column_name(tag)] = text(item)
        elif grouped is None:
            header[MANY[tag]] = ";".join(part for part in _values(item) if part) or None
        elif grouped[2] == "MultivalueCount":
            counts[grouped[1]] = int(text(item) or 0)
        elif grouped[1] in arrays:
            arrays[grouped[1]][column_name(grouped[2])] = _values(item)
    document: Document = {"repair_order": [header]}
    for prefix, table in GROUPS.items():
        document[table] = _zipped(header.get("ro_number"), prefix, arrays[prefix], counts.get(prefix))
    return document


def _values(element: Element) -> list[str | None]:
    """The V of an array; a field that has one value may have no V."""
    many = [text(item) for item in children(element, "V")]
    return many or [text(element)]


def _zipped(number: str | None, prefix: str, arrays: Mapping[str, list[str | None]], count: int | None) -> list[Row]:
    """One row per position; empty values at the end of an array may be left out, more than counted never."""
    longest = max((len(values) for values in arrays.values()), default=0)
    if count is not None and longest > max(count, 1):
        raise SourceError(
            f"repair order {number}: {longest} values in {prefix}*, {prefix}MultivalueCount says {count}; ask CDK why"
        )
    found = []
    for at in range(longest if count is None else count):
        said = {name: values[at] if at < len(values) else None for name, values in arrays.items()}
        if any(part is not None for part in said.values()):
            found.append({"ro_number": number, "ordinal": str(at + 1), **said})
    return found
