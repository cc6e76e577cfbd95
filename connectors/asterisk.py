"""Kind `asterisk`: call detail records of a PBX, and where it logs them its channel events and queues.

Belongs here: settings, what is followed. Keep out: one record (asterisk_rows.py), rotation (tail.py), reading a
database (asterisk_database.py), what makes a call (the warehouse)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import polars as pl

from connectors import asterisk_rows
from connectors.asterisk_rows import CDR_OWN, EVENT_OWN, LAYOUTS, NEEDED, NEEDED_OF_EVENTS, event_row
from connectors.base import Cursor, Item, TieoutError, Window
from connectors.reading.numbers import check_country, with_e164
from connectors.reading.records import Log, check_clock, check_encoding, check_entries, context_maps, follow, named

if TYPE_CHECKING:
    from connectors.asterisk_database import Database

INBOUND = ("from-trunk*", "from-pstn*", "from-did*", "from-external*", "from-sip-external*", "from-dahdi*",
           "from-zaptel*", "ext-did*", "inbound*", "incoming*")  # fmt: skip
OUTBOUND = ("outbound*", "outgoing*", "outrt-*")
INTERNAL = ("from-internal*", "internal*")
ENTRIES = {"closed": ["after-hours*", "afterhours*"]}
NUMBERS = {"src": "src_e164", "dst": "dst_e164", "did": "did_e164"}


@dataclass(frozen=True)
class Asterisk:
    """`path` is Master.csv, or `url` the database that the PBX writes its tables `cdr_table` and `cel_table` to.

    `columns`: auto (16, 17, 18 or 21, each row by its count), one of these counts, or names in file order.
    `cel` is the file of cel_custom with its `cel_columns`, `queue_log` the PBX's own: with either of them the way
    of a call is read from it, else from its records. `timezone` is the zone of the PBX's clock; `gmt: true` where
    it logs in UTC. `country` is whose numbers are dialed without a code, after `outside_prefix` for a line. A
    context may end in `*`; where none says by which way a call came in, the shop's opening hours do."""

    path: Path | None = None
    timezone: str = ""
    gmt: bool = False
    columns: str | int | Sequence[str] = "auto"
    url: str = field(default="", repr=False)
    cdr_table: str = "cdr"
    cel_table: str = ""
    cel: Path | None = None
    cel_columns: Sequence[str] = asterisk_rows.CEL
    queue_log: Path | None = None
    encoding: str = "utf-8"
    country: str = "US"
    outside_prefix: str = "9"
    site_by_accountcode: bool = False
    inbound_contexts: Sequence[str] = INBOUND
    outbound_contexts: Sequence[str] = OUTBOUND
    internal_contexts: Sequence[str] = INTERNAL
    entry_points: Mapping[str, Sequence[str]] = field(default_factory=lambda: ENTRIES)
    kind: ClassVar[str] = "asterisk"

    def __post_init__(self) -> None:
        check_clock(self.timezone, self.gmt)
        check_encoding(self.encoding)
        check_country(self.country)
        self.layouts()
        named(self.cel_columns, NEEDED_OF_EVENTS)
        if (self.path is None) == (not self.url):
            raise TieoutError("path: name either the PBX's file (path) or its database (url)")
        if self.cel_table and (self.cel or not self.url):
            raise TieoutError("cel_table: is a table of the database at url; a file of events is named by cel")
        check_entries(self.entry_points)

    def layouts(self) -> Mapping[int, tuple[str, ...]]:
        """Number of fields -> their names, for the rows that this connection may hold."""
        if self.columns == "auto":
            return LAYOUTS
        if isinstance(self.columns, int) and self.columns in LAYOUTS:
            return {self.columns: LAYOUTS[self.columns]}
        if isinstance(self.columns, (str, int)):
            raise TieoutError(f"columns: {self.columns!r} is not auto, 16, 17, 18, 21 or a list of column names")
        return {len(self.columns): named(self.columns, NEEDED)}

    def tables(self) -> tuple[str, ...]:
        return ("cdr", "event") if self._logs_events else ("cdr",)

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        """What contexts mean, and where the way of a call is read, for the warehouse."""
        ways = {
            "in": self.inbound_contexts,
            "out": self.outbound_contexts,
            "internal": self.internal_contexts,
        }
        steps = {"event": "yes"} if self._logs_events else {"cdr": "yes"}
        return {**context_maps(ways, self.entry_points), ("call_step", "source"): steps}

    def check(self) -> list[str]:
        tables = self._database().check() if self.url else []
        return [*tables, *(log.check() for log in self._logs())]

    def pull(self, window: Window) -> Iterator[Item]:
        if self.url:
            yield from self._database().pull(window)
        yield Cursor((yield from follow(self._logs(), window)))

    @property
    def zone(self) -> str:
        return "UTC" if self.gmt else self.timezone

    @property
    def _logs_events(self) -> bool:
        return bool(self.cel or self.queue_log or self.cel_table)

    def _logs(self) -> list[Log]:
        every = dict.fromkeys(name for names in self.layouts().values() for name in names)
        cdr = (*CDR_OWN, *every)
        record = partial(
            asterisk_rows.cdr,
            encoding=self.encoding,
            zone=self.zone,
            layouts=self.layouts(),
            by_account=self.site_by_accountcode,
        )
        event = partial(asterisk_rows.event, encoding=self.encoding, zone=self.zone, columns=tuple(self.cel_columns))
        queue = partial(asterisk_rows.queue, encoding=self.encoding, zone=self.zone)
        found = [
            ("cdr", "cdr", self.path, cdr, record, "start"),
            ("cel", "event", self.cel, (*EVENT_OWN, *self.cel_columns), event, "at"),
            ("queue_log", "event", self.queue_log, (*EVENT_OWN, *asterisk_rows.QUEUE), queue, "at"),
        ]
        return [
            Log(name, table, path, names, row, self._numbers, day)
            for name, table, path, names, row, day in found
            if path
        ]

    def _database(self) -> Database:
        """What the files would hold. Only a PBX with a database waits for the import of drivers."""
        from connectors.asterisk_database import Database, Table  # noqa: PLC0415  (takes more than a second)

        row, event = (
            partial(asterisk_rows.call_row, text="", by_account=self.site_by_accountcode),
            partial(event_row, text=""),
        )
        cdr = Table(self.cdr_table, "cdr", "start", NEEDED, row, self.zone, self._numbers)
        cel = Table(self.cel_table, "event", "eventtime", NEEDED_OF_EVENTS, event, self.zone, self._numbers)
        return Database(self.url, [table for table in (cdr, cel) if table.name])

    def _numbers(self, frame: pl.DataFrame) -> pl.DataFrame:
        return with_e164(frame, self.country, NUMBERS, self.outside_prefix)
