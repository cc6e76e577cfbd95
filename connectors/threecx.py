"""Kind `threecx`: call detail records of a 3CX phone system, as its CDR service appends them to a file.

Belongs here: settings, one record. Keep out: rotation (tail.py), what makes a call (the warehouse)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import ClassVar

import polars as pl

from connectors.base import Cursor, Item, TieoutError, Window
from connectors.reading.numbers import check_country, with_e164
from connectors.reading.records import (
    Log,
    Row,
    are_times,
    check_clock,
    check_encoding,
    check_entries,
    context_maps,
    decoded,
    fields,
    follow,
    named,
    row_id,
)

FIELDS = (  # in the order of 3CX's own page; the administrator chooses which, and their order
    "historyid", "callid", "duration", "time-start", "time-answered", "time-end", "reason-terminated", "from-no",
    "to-no", "from-dn", "to-dn", "dial-no", "reason-changed", "final-number", "final-dn", "bill-code", "bill-rate",
    "bill-cost", "bill-name", "chain", "from-type", "to-type", "final-type", "from-dispname", "to-dispname",
    "final-dispname", "missed-queue-calls",
)  # fmt: skip
NEEDED = frozenset(
    {"historyid", "time-start", "time-answered", "time-end", "from-no", "to-no", "from-type", "to-type", "final-dn"}
)
OWN = ("row_id", "call_id", "site_code", "timezone", "line", "line_hex")
NUMBERS = {"from_no": "from_e164", "to_no": "to_e164", "dial_no": "dial_e164"}


@dataclass(frozen=True)
class ThreeCx:
    """`path` is cdr.log, `fields` the names of its fields in the order that is set in 3CX (Settings, CDR).

    A system that sends its records to a socket needs something that appends them to a file. `timezone` is that of the
    times, `gmt: true` where they are UTC. `entry_points` names the digital receptionists and numbers (to-dn) that
    callers reach while the shop is closed: {closed: ["802"]}; elsewhere its opening hours decide."""

    path: Path
    fields: Sequence[str] = FIELDS
    timezone: str = ""
    gmt: bool = False
    delimiter: str = ","
    encoding: str = "utf-8"
    country: str = "US"
    outside_prefix: str = "9"
    entry_points: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kind: ClassVar[str] = "threecx"

    def __post_init__(self) -> None:
        check_clock(self.timezone, self.gmt)
        check_encoding(self.encoding)
        check_country(self.country)
        check_entries(self.entry_points)
        named(self.fields, NEEDED, "fields")
        strangers = sorted(set(self.fields) - set(FIELDS))
        if strangers:
            raise TieoutError(f"fields: {', '.join(strangers)} is no field of 3CX; write {', '.join(FIELDS)}")
        if len(self.delimiter) != 1:
            raise TieoutError(f"delimiter: {self.delimiter!r} is not one character")

    def tables(self) -> tuple[str, ...]:
        return ("record",)

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        return context_maps({}, self.entry_points)

    def check(self) -> list[str]:
        return [self._log().check()]

    def pull(self, window: Window) -> Iterator[Item]:
        yield Cursor((yield from follow([self._log()], window)))

    def _log(self) -> Log:
        columns = tuple(name.replace("-", "_") for name in self.fields)
        zone = "UTC" if self.gmt else self.timezone
        row = partial(_record, columns=columns, encoding=self.encoding, delimiter=self.delimiter, zone=zone)
        return Log("cdr", "record", self.path, (*OWN, *columns), row, self._numbers, "time_start")

    def _numbers(self, frame: pl.DataFrame) -> pl.DataFrame:
        return with_e164(frame, self.country, NUMBERS, self.outside_prefix)


def _record(record: bytes, columns: tuple[str, ...], encoding: str, delimiter: str, zone: str) -> Row:
    """One record. What has another number of fields keeps its text in `line`, to be refused."""
    text, raw = decoded(record, encoding)
    own: Row = {"row_id": row_id(record), "line_hex": raw, "timezone": zone, "site_code": "*"}
    values = fields(text.removeprefix("Call "), delimiter)
    row: Row = dict(zip(columns, (value or None for value in values), strict=False))
    if len(values) != len(columns) or not are_times(row, "time_start", "time_answered", "time_end"):
        return own | {"call_id": own["row_id"], "line": text}
    return own | row | {"call_id": row.get("historyid") or own["row_id"]}
