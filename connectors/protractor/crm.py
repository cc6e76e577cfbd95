"""The CRM data set: one XML document per window of dates, no paging; "too fast" comes as success.

Belongs here: the question, the throttle, XML as the same nested values that JSON gives. Keep out: shapes (rows)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from connectors.base import SourceError
from connectors.protractor.rows import Haul, items
from connectors.protractor.services import windows
from connectors.reading.answers import Again, Answer, said
from connectors.reading.http import Api
from connectors.reading.xmlrows import Element, child, elements, local, text, value

PATH = "/ExternalCRM/1.0/GetCRMData.ashx"
ROOT, THROTTLED = "CRMDataSet", "CallThrottled"
UNNAMED_WAIT = 60.0  # seconds, where the message names no wait


def throttled(answer: Answer) -> float | None:
    """The wait that a throttled answer names as hh:mm:ss."""
    if THROTTLED.encode() not in answer.content[:4096]:
        return None
    wait = re.search(rb"(\d+):(\d\d):(\d\d)", answer.content)
    return (
        sum(int(part) * unit for part, unit in zip(wait.groups(), (3600, 60, 1), strict=True)) if wait else UNNAMED_WAIT
    )


def data_set(api: Api, account: dict[str, str], first: date, last: date) -> dict[str, Any]:
    """One window. What is no data set may become one; what says that it refuses will not."""
    asked = [*account.items(), ("startDate", f"{first}"), ("endDate", f"{last}")]
    return api.read("GET", PATH, _read, asked, page=f" {first} to {last}")


def take(api: Api, haul: Haul, account: dict[str, str], first: date, last: date) -> None:
    for start, end in windows(first, last):
        where = f"{api.label}: {PATH} {start} to {end}"
        data = data_set(api, account, start, end)
        for row in items(where, data, "Contacts", needed=False):
            haul.contact(row)
        for row in items(where, data, "ServiceItems", needed=False):
            haul.vehicle(row)
        for row in items(where, data, "Invoices", needed=False):
            haul.order(where, row, "invoice")


def _read(answer: Answer) -> dict[str, Any]:
    try:
        *_, root = elements("the answer", answer.content, "Protractor")
    except SourceError as error:
        if "document type" in str(error):
            raise
        raise Again("a body that is not whole XML") from None
    if local(root) != ROOT:
        raise Again(f"a 200 without {ROOT} ({said(answer.content)})")
    number, message = (value(child(root, "Header"), name) for name in ("ErrorNumber", "ErrorMessage"))
    if number or message:
        raise SourceError(f"refused: {number} {message}; check the connection id, the key and their end date")
    return {local(part): _tree(part) for part in root}


def _tree(element: Element) -> Any:
    """An element of Items is a list, one of others an object, one of text its text."""
    parts = list(element)
    if parts and all(local(part) == "Item" for part in parts):
        return [_tree(part) for part in parts]
    if parts:
        return {local(part): _tree(part) for part in parts}
    return [] if local(element) in LISTS else text(element)


LISTS = ("Contacts", "ServiceItems", "Invoices", "Appointments", "ServicePackages", "DeferredServicePackages",
         "ServicePackageLines")  # fmt: skip
