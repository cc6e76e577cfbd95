"""Kind `freeswitch`: call detail records of a switch, as mod_cdr_csv or mod_json_cdr writes them.

Belongs here: settings, which files are read. Keep out: one document (freeswitch_document.py), rotation (tail.py),
what makes a call (the warehouse)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar

import polars as pl

from connectors.base import Cursor, Item, Rows, SourceError, TieoutError, Window
from connectors.freeswitch_document import OWN, STEP, application_rows, document, leg_row
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

TEMPLATES = {  # as conf/vanilla has them
    "example": (
        "caller_id_name", "caller_id_number", "destination_number", "context", "start_stamp", "answer_stamp",
        "end_stamp", "duration", "billsec", "hangup_cause", "uuid", "bleg_uuid", "accountcode", "read_codec",
        "write_codec",
    ),
    "asterisk": (
        "accountcode", "caller_id_number", "destination_number", "context", "caller_id", "channel_name",
        "bridge_channel", "last_app", "last_arg", "start_stamp", "answer_stamp", "end_stamp", "duration", "billsec",
        "hangup_cause", "amaflags", "uuid", "userfield",
    ),
}  # fmt: skip
NEEDED = frozenset(
    {"caller_id_number", "destination_number", "context", "start_stamp", "end_stamp", "hangup_cause", "uuid"}
)
INBOUND = ("public*", "from-trunk*", "inbound*")
INTERNAL = ("default*", "internal*")
NUMBERS = {"caller_id_number": "caller_e164", "destination_number": "destination_e164"}
STILL_WRITTEN = timedelta(minutes=5)  # a document younger than that may not be whole yet
OVERLAP = timedelta(minutes=10)  # clocks of a shared folder that differ
DOCUMENTS_PER_PAGE = 2_000


@dataclass(frozen=True)
class FreeSwitch:
    """Either `path`, the file of mod_cdr_csv with its `template` (example, asterisk, or the names of its columns in
    order), or `documents`, the folder of mod_json_cdr, which alone tells menus and queues.

    `timezone` is the zone of the switch's clock, `gmt: true` where that is UTC; documents know the instant by
    themselves. Legs of one call come together by call_uuid, which no template but one's own has: name it there when
    the switch logs b legs. A context may end in `*`."""

    path: Path | None = None
    documents: Path | None = None
    template: str | Sequence[str] = "example"
    timezone: str = ""
    gmt: bool = False
    encoding: str = "utf-8"
    country: str = "US"
    outside_prefix: str = "9"
    inbound_contexts: Sequence[str] = INBOUND
    outbound_contexts: Sequence[str] = ()
    internal_contexts: Sequence[str] = INTERNAL
    entry_points: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kind: ClassVar[str] = "freeswitch"

    def __post_init__(self) -> None:
        if (self.path is None) == (self.documents is None):
            raise TieoutError("path: name either the file of mod_cdr_csv (path) or the folder of documents")
        if self.path:
            check_clock(self.timezone, self.gmt)
        check_encoding(self.encoding)
        check_country(self.country)
        self.columns()
        check_entries(self.entry_points)

    def columns(self) -> tuple[str, ...]:
        if isinstance(self.template, str) and self.template in TEMPLATES:
            return TEMPLATES[self.template]
        if isinstance(self.template, str):
            raise TieoutError(f"template: {self.template!r} is not example, asterisk or a list of column names")
        return named(self.template, NEEDED)

    def tables(self) -> tuple[str, ...]:
        return ("leg",) if self.path else ("leg", "application")

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        ways = {"in": self.inbound_contexts, "out": self.outbound_contexts, "internal": self.internal_contexts}
        return dict(context_maps(ways, self.entry_points))

    def check(self) -> list[str]:
        if self.path:
            return [self._log(self.path).check()]
        return [f"{self.documents}: {len(self._files())} document(s)"]

    def pull(self, window: Window) -> Iterator[Item]:
        if self.path:
            yield Cursor((yield from follow([self._log(self.path)], window)))
        else:
            yield from self._read(window)

    def _log(self, path: Path) -> Log:
        columns = self.columns()
        row = partial(_record, columns=columns, encoding=self.encoding, zone="UTC" if self.gmt else self.timezone)
        return Log("leg", "leg", path, (*OWN, *columns), row, self._numbers, "start_stamp")

    def _numbers(self, frame: pl.DataFrame) -> pl.DataFrame:
        return with_e164(frame, self.country, NUMBERS, self.outside_prefix)

    def _files(self) -> list[tuple[datetime, Path]]:
        """By the time at which each was written."""
        folder = self.documents
        if folder is None or not folder.is_dir():
            raise SourceError(f"{folder}: no such folder; mount it or correct documents")
        files = [file for file in folder.rglob("*.json") if file.is_file()]
        return sorted((datetime.fromtimestamp(file.stat().st_mtime, UTC), file) for file in files)

    def _read(self, window: Window) -> Iterator[Item]:
        """What was written since, and a little before: a document that is known is not landed again."""
        read_to = window.cursor.get("written") if not window.dates else None
        bound = datetime.fromisoformat(read_to) - OVERLAP if read_to else None
        fresh = [(at, file) for at, file in self._files() if (bound is None or at >= bound)]
        done, waiting = read_to, False
        for start in range(0, len(fresh), DOCUMENTS_PER_PAGE):
            legs: list[Row] = []
            steps: list[Row] = []
            for at, file in fresh[start : start + DOCUMENTS_PER_PAGE]:
                content = file.read_bytes()
                told = document(content)
                waiting = waiting or (told is None and at > window.until - STILL_WRITTEN)
                if told is None and at > window.until - STILL_WRITTEN:
                    continue
                legs.append(leg_row(told, content))
                steps += application_rows(told)
                done = done if waiting else at.isoformat()
            yield from self._page(legs, steps, window)
        yield Cursor({"written": done} if done else {})

    def _page(self, legs: list[Row], steps: list[Row], window: Window) -> Iterator[Item]:
        if window.dates:
            first, last = (day.isoformat() for day in window.dates)
            legs = [leg for leg in legs if first <= (leg.get("start_stamp") or first)[:10] <= last]
            kept = {leg["call_id"] for leg in legs}
            steps = [step for step in steps if step["call_id"] in kept]
        for table, rows, names in (("leg", legs, None), ("application", steps, STEP)):
            columns = names or dict.fromkeys(name for row in rows for name in row)
            if rows:
                yield Rows(table, self._numbers(pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String))))


def _record(record: bytes, columns: tuple[str, ...], encoding: str, zone: str) -> Row:
    """A row of mod_cdr_csv. What fits the template in no way keeps its text in `line`, to be refused."""
    text, raw = decoded(record, encoding)
    own: Row = {"row_id": row_id(record), "line_hex": raw, "timezone": zone, "site_code": "*"}
    values = fields(text)
    row: Row = dict(zip(columns, (value or None for value in values), strict=False))
    if len(values) != len(columns) or not are_times(row, "start_stamp", "answer_stamp", "end_stamp"):
        return own | {"call_id": own["row_id"], "line": text}
    return own | row | {"call_id": row.get("call_uuid") or row["uuid"] or own["row_id"]}
