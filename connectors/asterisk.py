"""Kind `asterisk`: call detail records of a PBX, rows of cdr_csv's Master.csv or of a mapped cdr_custom.

Belongs here: settings, layouts of a row. Keep out: rotation (tail.py), what makes a call (the warehouse)."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import ClassVar
from zoneinfo import available_timezones

import polars as pl

from connectors.base import Cursor, Failed, Item, Rows, SourceError, TieoutError, Window
from connectors.tail import Tail

BASE = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata",
    "start", "answer", "end", "duration", "billsec", "disposition", "amaflags",
)  # fmt: skip
LAYOUTS = {
    16: BASE,
    17: (*BASE, "uniqueid"),
    18: (*BASE, "uniqueid", "userfield"),
    21: (*BASE, "uniqueid", "userfield", "peeraccount", "linkedid", "sequence"),
}
NEEDED = frozenset(BASE) - {"accountcode", "clid", "lastdata", "billsec", "amaflags"}
INBOUND = ("from-trunk*", "from-pstn*", "from-did*", "from-external*", "from-sip-external*", "from-dahdi*",
           "from-zaptel*", "ext-did*", "inbound*", "incoming*")  # fmt: skip
OUTBOUND = ("outbound*", "outgoing*", "outrt-*")
INTERNAL = ("from-internal*", "internal*")
ENTRIES = {"closed": ["after-hours*", "afterhours*"]}
OWN = ("row_id", "call_id", "site_code", "timezone", "line", "line_hex")
ROWS_PER_PAGE = 50_000


@dataclass(frozen=True)
class Asterisk:
    """`columns`: auto (16, 17, 18 or 21, each row by its count), one of these counts, or names in file order.

    `timezone` is the zone of the PBX's clock; `gmt: true` where it logs in UTC. A context may end in `*`."""

    path: Path
    timezone: str = ""
    gmt: bool = False
    columns: str | int | Sequence[str] = "auto"
    encoding: str = "utf-8"
    site_by_accountcode: bool = False
    inbound_contexts: Sequence[str] = INBOUND
    outbound_contexts: Sequence[str] = OUTBOUND
    internal_contexts: Sequence[str] = INTERNAL
    entry_points: Mapping[str, Sequence[str]] = field(default_factory=lambda: ENTRIES)
    kind: ClassVar[str] = "asterisk"

    def __post_init__(self) -> None:
        _check_clock(self.timezone, self.gmt)
        _check_encoding(self.encoding)
        self.layouts()
        for name in self.entry_points:
            if name not in ("open", "closed", "holiday", "direct"):
                raise TieoutError(f"entry_points.{name}: is none of open, closed, holiday, direct")

    def layouts(self) -> Mapping[int, tuple[str, ...]]:
        """Number of fields -> their names, for the rows that this connection may hold."""
        if self.columns == "auto":
            return LAYOUTS
        if isinstance(self.columns, int) and self.columns in LAYOUTS:
            return {self.columns: LAYOUTS[self.columns]}
        if isinstance(self.columns, (str, int)):
            raise TieoutError(
                f"columns: {self.columns!r} is not auto, 16, 17, 18, 21 or a list of column names"
            )
        missing = sorted(NEEDED - set(self.columns))
        if missing or len(set(self.columns)) < len(self.columns):
            lacking = f"{', '.join(missing)} is missing" if missing else "a name stands twice"
            raise TieoutError(f"columns: {lacking}; name every column of the file once, in its order")
        return {len(self.columns): tuple(self.columns)}

    def tables(self) -> tuple[str, ...]:
        return ("cdr",)

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        """Patterns of contexts, for the warehouse; a context that fits none is judged by the numbers."""
        ways = {
            "in": self.inbound_contexts,
            "out": self.outbound_contexts,
            "internal": self.internal_contexts,
        }
        return {
            ("context", "direction"): _inverted(ways),
            ("context", "entry_point"): _inverted(self.entry_points),
        }

    def check(self) -> list[str]:
        files = Tail(self.path).files()
        size = sum(file.stat().st_size for file in files)
        return [f"{self.path}: {len(files)} file(s) with the rotated ones, {size} bytes"]

    def pull(self, window: Window) -> Iterator[Item]:
        """Every whole record that was not read before; with dates, those records of all files again."""
        tail = Tail(self.path)
        records = tail.records({} if window.dates else window.cursor)
        named = [*OWN, *(name for names in self.layouts().values() for name in names)]
        schema = dict.fromkeys(named, pl.String)
        while page := list(islice(records, ROWS_PER_PAGE)):
            rows = [row for _, record in page if _in_dates(row := self._row(record), window)]
            if rows:
                yield Rows("cdr", pl.DataFrame(rows, schema=schema), page[-1][0])
        yield Cursor(tail.cursor)
        if tail.lost:
            yield Failed(f"file {self.path.name}", SourceError(tail.lost))

    def _row(self, record: bytes) -> dict[str, str | None]:
        """One record under its names. What fits no layout keeps its text in `line`, to be refused."""
        text, raw = _decoded(record, self.encoding)
        row_id = hashlib.blake2b(record, digest_size=16).hexdigest()
        own = {"row_id": row_id, "line_hex": raw, "timezone": "UTC" if self.gmt else self.timezone}
        fields = _fields(text)
        names = self.layouts().get(len(fields), ())
        row: dict[str, str | None] = dict(zip(names, (value or None for value in fields), strict=bool(names)))
        if not names or not _has_times(row):
            return own | {"call_id": row_id, "site_code": "*", "line": text}
        site = row.get("accountcode") if self.site_by_accountcode else "*"
        call = row.get("linkedid") or row.get("uniqueid") or row_id
        return own | row | {"call_id": call, "site_code": site}


def _check_clock(timezone: str, gmt: bool) -> None:
    if gmt and timezone:
        raise TieoutError("gmt: is set together with timezone; keep the one that the PBX's clock has")
    if not gmt and timezone not in available_timezones():
        raise TieoutError(f"timezone: {timezone!r} is no time zone; write America/Chicago, or gmt: true")


def _check_encoding(encoding: str) -> None:
    try:
        if codecs.encode('",\n', encoding) == b'",\n':
            return
    except LookupError:
        pass
    raise TieoutError(f"encoding: {encoding!r} is no encoding of a CSV file; write utf-8, latin-1 or cp1251")


def _inverted(names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {pattern: meaning for meaning, patterns in names.items() for pattern in patterns}


def _decoded(record: bytes, encoding: str) -> tuple[str, str | None]:
    """The text, and the bytes in hex where they are not of this encoding (then shown with \\xNN escapes)."""
    try:
        return record.decode(encoding), None
    except UnicodeDecodeError:
        return record.decode(encoding, errors="backslashreplace"), record.hex()


def _fields(text: str) -> list[str]:
    try:
        return next(csv.reader([text], strict=False), [])
    except csv.Error:
        return []


def _has_times(row: Mapping[str, str | None]) -> bool:
    """Dates where the layout has them; answer and end may be empty."""
    start, *others = (row.get(name) for name in ("start", "answer", "end"))
    return bool(start) and all(_is_time(value) for value in (start, *others) if value)


def _is_time(value: str) -> bool:
    try:
        return len(value) >= 19 and datetime.fromisoformat(value).tzinfo is None
    except ValueError:
        return False


def _in_dates(row: Mapping[str, str | None], window: Window) -> bool:
    if window.dates is None:
        return True
    first, last = window.dates
    return first.isoformat() <= (row.get("start") or first.isoformat())[:10] <= last.isoformat()
