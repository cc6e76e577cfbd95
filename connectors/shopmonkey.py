"""Kind `shopmonkey`: the change events that Shopmonkey's replication tool (eds, driver `file`) writes, one JSON each.

Belongs here: which files are new, the newest event of each row, which rows form a document. Keep out: what a status
or an amount means (the dbt models), joining with what landed before (groups.py)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, ClassVar

from connectors.base import Cursor, Failed, Item, Rows, SourceError, Window
from connectors.reading.drop import Drop
from connectors.reading.jsonrows import frame, snake, text
from data_contracts.contract import load

Row = dict[str, Any]
GROUPS = {  # landed table -> the stream's tables in it, each with the field that names the document
    "order_row": {"order": "id", **dict.fromkeys(
        ("service", "part", "labor", "tire", "fee", "subcontract", "payment"), "orderId")},
    "customer_row": {"customer": "id", "phone_number": "customerId", "email": "customerId"},
    "vehicle_row": {"vehicle": "id", "vehicle_owner": "vehicleId"},
    "inspection_row": {"inspection": "id", "inspection_item": "inspectionId"},
}  # fmt: skip
SINGLE = ("user", "appointment", "timesheet")
PLACES = {table: (landed, field) for landed, tables in GROUPS.items() for table, field in tables.items()}
OPERATIONS = ("INSERT", "UPDATE", "DELETE")
SILENCE = timedelta(days=7)  # then the tool's subscription has expired, and changes are lost


@dataclass(frozen=True)
class Event:
    """One change of one row: `row` is what it was after it, or before a deletion."""

    table: str
    id: str
    at: Decimal  # mvccTimestamp: nanoseconds, then a counter
    deleted: bool
    row: Row
    left: str  # the document that the row has left by this change, if any


@dataclass(frozen=True)
class Shopmonkey:
    """`path` is the directory that the tool was given: `<table>/<unix second>-<event id>.json`."""

    path: Path
    max_megabytes: int = 16
    kind: ClassVar[str] = "shopmonkey"

    def __post_init__(self) -> None:
        self._drop()

    def tables(self) -> tuple[str, ...]:
        return (*GROUPS, *SINGLE)

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        return {}

    def check(self) -> list[str]:
        files = self._drop().files()
        counts = Counter(file.parent.name for file in files)
        known = {*PLACES, *SINGLE}
        lines = [f"{table}: {n} event(s)" + ", not read" * (table not in known) for table, n in sorted(counts.items())]
        return [f"{self._drop().says()}", *lines]

    def pull(self, window: Window) -> Iterator[Item]:
        """All events of the days on which files were added; what is known of them already lands nothing."""
        read: Mapping[str, int] = window.cursor.get("read", {})
        days: dict[str, list[Path]] = {}
        for file in self._drop().files():
            days.setdefault(_day(file), []).append(file)
        counted, events = dict(read), list[Event]()
        for day, files in days.items():
            if window.dates or len(files) > read.get(day, 0):
                found, broken = self._events(files)
                events += found
                counted[day] = len(files) - len(broken)
                yield from broken
        yield from _rows(events)
        if days and _old(max(days), window):
            why = "the tool's subscription has expired: run its import again, then its server"
            yield Failed("stream", SourceError(f"{self.path}: no change since {max(days)}; {why}"))
        yield Cursor({"read": counted})

    def _drop(self) -> Drop:
        return Drop(self.path, "*/*.json", self.max_megabytes)

    def _events(self, files: Iterable[Path]) -> tuple[list[Event], list[Failed]]:
        found, broken = [], []
        for file in files:
            try:
                if file.parent.name in PLACES or file.parent.name in SINGLE:
                    found.append(_event(file, self._drop().content(file)))
            except SourceError as error:
                broken.append(Failed(f"file {file.parent.name}/{file.name}", error))
        return found, broken


def _day(file: Path) -> str:
    second = file.name.partition("-")[0]
    if not second.isdigit():
        raise SourceError(f"{file.parent.name}/{file.name}: is no <unix second>-<id>.json of the tool; move it away")
    return f"{datetime.fromtimestamp(int(second), UTC):%Y-%m-%d}"


def _old(day: str, window: Window) -> bool:
    return window.until - datetime.fromisoformat(day).replace(tzinfo=UTC) > SILENCE + timedelta(days=1)


def _event(file: Path, data: bytes) -> Event:
    where = f"{file.parent.name}/{file.name}"
    try:
        said = json.loads(data, parse_float=Decimal)
    except ValueError:
        raise SourceError(f"{where}: is no whole JSON; it is read again with the next pull") from None
    row = said.get("after") or said.get("before") if isinstance(said, dict) else None
    if not isinstance(row, dict) or said.get("operation") not in OPERATIONS or said.get("table") != file.parent.name:
        raise SourceError(f"{where}: is no change event with table, operation, before or after; ask the vendor why")
    try:
        at = Decimal(str(said.get("mvccTimestamp") or Decimal(str(said["timestamp"])) * 10**6))
    except (KeyError, InvalidOperation):
        raise SourceError(f"{where}: has no mvccTimestamp or timestamp; ask the vendor why") from None
    field, before = PLACES.get(said["table"], ("", "id"))[1], said.get("before") or {}
    left = before.get(field) if before.get(field) not in (None, row.get(field)) else ""
    deleted = said["operation"] == "DELETE" or row.get("deleted") is True
    return Event(said["table"], "|".join(map(str, said.get("key") or [row.get("id")])), at, deleted, row, str(left))


def _rows(events: list[Event]) -> Iterator[Rows]:
    """Of every row its newest event; a row that has left its document stays there as deleted."""
    tables: dict[str, dict[tuple[str, ...], Row]] = {table: {} for table in (*GROUPS, *SINGLE)}
    columns = {name: {column.name for column in contract.columns} for name, contract in load(Shopmonkey.kind).items()}
    for event in sorted(events, key=lambda event: event.at):
        landed, field = PLACES.get(event.table, (event.table, ""))
        document = str(event.row.get(field) or "")
        for owner, deleted in ((event.left, True), (document, event.deleted)):
            if owner or not field:
                own = {} if not field else {"entity": event.table, landed.removesuffix("_row") + "_id": owner}
                tables[landed][event.table, event.id, owner] = _row(event, deleted, own, columns[landed])
    for landed, rows in tables.items():
        if rows:
            yield Rows(landed, frame(rows.values()))


def _row(event: Event, deleted: bool, own: Row, columns: set[str]) -> Row:
    """The fields that the contract names, all others together as JSON."""
    fields, seconds = snake(event.row), event.at / 10**9
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(seconds * 10**6))
    other = {name: value for name, value in fields.items() if name not in columns and value is not None}
    named = {name: value for name, value in fields.items() if name in columns}
    meta = {"id": event.id, "changed_at": at.isoformat(), "deleted": text(deleted)}
    return {**named, **own, **meta, "other_fields": text(other) if other else None}
