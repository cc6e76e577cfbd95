"""Logs that a telephone system appends to, as rows under their names: what the kinds that follow them share.

Belongs here: clocks, encodings, one record, which records a pull takes. Keep out: rotation (tail.py), meanings."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import polars as pl

from connectors.base import Failed, Item, Rows, SourceError, TieoutError, Window
from connectors.reading.tail import Tail

ROWS_PER_PAGE = 50_000
Row = dict[str, str | None]


@dataclass(frozen=True)
class Log:
    """One file with its rotated ones. `row` names the fields of a record; `day` says when it was, for re-reads."""

    name: str
    table: str
    path: Path
    columns: Sequence[str]
    row: Callable[[bytes], Row]
    finish: Callable[[pl.DataFrame], pl.DataFrame]
    day: str

    def items(self, window: Window) -> Generator[Item, None, Mapping[str, Any]]:
        """Every whole record that was not read before; with dates, those records of all files again."""
        tail = Tail(self.path)
        records = tail.records({} if window.dates else window.cursor.get(self.name, {}))
        schema = dict.fromkeys(self.columns, pl.String)
        while page := list(islice(records, ROWS_PER_PAGE)):
            rows = [row for _, record in page if self._wanted(row := self.row(record), window.dates)]
            if rows:
                yield Rows(self.table, self.finish(pl.DataFrame(rows, schema=schema)), page[-1][0])
        if tail.lost:
            yield Failed(f"file {self.path.name}", SourceError(tail.lost))
        return tail.cursor

    def check(self) -> str:
        files = Tail(self.path).files()
        size = sum(file.stat().st_size for file in files)
        return f"{self.path}: {len(files)} file(s) with the rotated ones, {size} bytes"

    def _wanted(self, row: Row, dates: tuple[date, date] | None) -> bool:
        if dates is None:
            return True
        day = (row.get(self.day) or dates[0].isoformat())[:10].replace("/", "-")
        return dates[0].isoformat() <= day <= dates[1].isoformat()


def follow(logs: Sequence[Log], window: Window) -> Generator[Item, None, dict[str, Any]]:
    """The items of several logs, and their cursors. Logs of one table stand or fall together: none moves on
    alone."""
    cursors = dict(window.cursor)
    for table in dict.fromkeys(log.table for log in logs):
        of_table = [log for log in logs if log.table == table]
        try:
            moved = {}
            for log in of_table:
                moved[log.name] = yield from log.items(window)
            cursors |= moved
        except SourceError as error:
            if table == logs[0].table:
                raise
            yield Failed(table, error)
    return cursors


def check_clock(timezone: str, gmt: bool) -> None:
    if gmt and timezone:
        raise TieoutError("gmt: is set together with timezone; keep the one that the PBX's clock has")
    if not gmt and timezone not in available_timezones():
        raise TieoutError(f"timezone: {timezone!r} is no time zone; write America/Chicago, or gmt: true")


def check_encoding(encoding: str) -> None:
    try:
        if codecs.encode('",\n', encoding) == b'",\n':
            return
    except LookupError:
        pass
    raise TieoutError(f"encoding: {encoding!r} is no encoding of a CSV file; write utf-8, latin-1 or cp1251")


def named(columns: Sequence[str], needed: frozenset[str], key: str = "columns") -> tuple[str, ...]:
    """Names of the fields as the settings list them."""
    missing = sorted(needed - set(columns))
    if missing or len(set(columns)) < len(columns):
        lacking = f"{', '.join(missing)} is missing" if missing else "a name stands twice"
        raise TieoutError(f"{key}: {lacking}; name every column of the file once, in its order")
    return tuple(columns)


Patterns = Mapping[str, Sequence[str]]


def check_entries(entry_points: Patterns) -> None:
    for name in entry_points:
        if name not in ("open", "closed", "holiday", "direct"):
            raise TieoutError(f"entry_points.{name}: is none of open, closed, holiday, direct")


def context_maps(ways: Patterns, entry_points: Patterns) -> dict[tuple[str, str], Mapping[str, str]]:
    """Patterns of contexts, for the warehouse; a context that fits none is judged by the numbers."""
    return {("context", "direction"): _inverted(ways), ("context", "entry_point"): _inverted(entry_points)}


def _inverted(names: Patterns) -> dict[str, str]:
    return {pattern: meaning for meaning, patterns in names.items() for pattern in patterns}


def row_id(record: bytes) -> str:
    """The same record in a rotated or copied file is the same row."""
    return hashlib.blake2b(record, digest_size=16).hexdigest()


def decoded(record: bytes, encoding: str) -> tuple[str, str | None]:
    """The text, and the bytes in hex where they are not of this encoding (then shown with \\xNN escapes)."""
    try:
        return record.decode(encoding), None
    except UnicodeDecodeError:
        return record.decode(encoding, errors="backslashreplace"), record.hex()


def fields(text: str, delimiter: str = ",") -> list[str]:
    try:
        return next(csv.reader([text], strict=False, delimiter=delimiter), [])
    except csv.Error:
        return []


def is_time(value: str) -> bool:
    """A wall-clock time to the second, without a zone; 2026/03/02 is written by some."""
    try:
        return len(value) >= 19 and datetime.fromisoformat(value.replace("/", "-")).tzinfo is None
    except ValueError:
        return False


def are_times(row: Mapping[str, str | None], start: str, *others: str) -> bool:
    """The first is there; what is there of the others is a time too."""
    begun = row.get(start)
    return bool(begun) and all(is_time(value) for value in (begun, *map(row.get, others)) if value)
