"""Asterisk's records where the PBX writes them to a database: its tables read by the drivers of kind `sql`.

Belongs here: which rows of those tables a pull takes. Keep out: drivers (sql/drivers.py), what joins a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import polars as pl
import sqlalchemy as sa

from connectors.base import Failed, Item, Rows, SourceError, Window
from connectors.reading.records import Row, row_id
from connectors.sql import drivers
from connectors.sql.mapping import Options

OTHER_NAMES = {"calldate": "start", "end_time": "end", "eventtype_name": "eventtype"}
OVERLAP = timedelta(days=1)  # a record stands under the time at which its call began, and is written at its end


@dataclass(frozen=True)
class Table:
    """One table; `at` is its column of time on the PBX's clock, `needed` what it must have."""

    name: str
    table: str
    at: str
    needed: frozenset[str]
    row: Callable[[Row, Row], Row]
    zone: str
    finish: Callable[[pl.DataFrame], pl.DataFrame]

    def check(self, url: str) -> str:
        with drivers.connect(url, Options()) as reader:
            columns = self.columns(reader)
            (count,) = reader.read(sa.select(sa.func.count().label("n")).select_from(sa.table(self.name)))["n"]
        return f"table {self.name}: {count} rows of {len(columns)} columns"

    def read(self, reader: drivers.Reader, window: Window) -> Rows | None:
        columns = self.columns(reader)
        by_name = {OTHER_NAMES.get(name, name): column for name, column in columns.items()}
        labels = [reader.text(column).label(name) for name, column in by_name.items()]
        at = by_name[self.at]
        wanted = sa.select(*labels).select_from(sa.table(self.name)).where(*self._bounds(at, window)).order_by(at)
        rows = [self._told(row) for row in reader.read(wanted).iter_rows(named=True)]
        names = dict.fromkeys(name for row in rows for name in row)
        return (
            Rows(self.table, self.finish(pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String)))) if rows else None
        )

    def columns(self, reader: drivers.Reader) -> dict[str, sa.ColumnClause[str]]:
        try:
            found = sa.inspect(reader.engine).get_columns(self.name)
        except sa.exc.NoSuchTableError:
            raise SourceError(f"table {self.name}: is not in the database; correct its name in the settings") from None
        types = {str(column["name"]): column["type"] for column in found}
        missing = sorted(self.needed - {OTHER_NAMES.get(name, name) for name in types} - {"answer", "end"})
        if missing:
            raise SourceError(f"table {self.name}: has no column {', '.join(missing)}; name the table of the PBX")
        table = sa.table(self.name, *(sa.column(name, kind) for name, kind in types.items()))
        return {name: table.c[name] for name in types}

    def _bounds(self, at: sa.ColumnClause[str], window: Window) -> list[sa.ColumnElement[bool]]:
        """The clock of the PBX decides; of named dates the whole days."""
        if window.dates:
            first, last = window.dates
            return [at >= _moment(f"{first}"), at < _moment(f"{last + timedelta(days=1)}")]
        if window.since is None:
            return []
        since = (window.since - OVERLAP).astimezone(ZoneInfo(self.zone))
        return [at >= _moment(f"{since:%Y-%m-%d %H:%M:%S}")]

    def _told(self, row: dict[str, str | None]) -> Row:
        text = "\x1f".join(f"{name}={value}" for name, value in sorted(row.items()))
        own: Row = {"row_id": row_id(text.encode()), "line_hex": None, "timezone": self.zone, "line": None}
        return self.row(own, {name: value or None for name, value in row.items()})


def _moment(text: str) -> sa.ColumnElement[str]:
    """As text, which every engine compares with its own type of time, and with text."""
    return sa.literal_column(f"'{text}'")


@dataclass(frozen=True)
class Database:
    """Where the tables stand."""

    url: str
    tables: list[Table]

    def check(self) -> list[str]:
        return [table.check(self.url) for table in self.tables]

    def pull(self, window: Window) -> Iterator[Item]:
        """A table that cannot be read does not stop the other."""
        with drivers.connect(self.url, Options()) as reader:
            for table in self.tables:
                try:
                    rows = table.read(reader, window)
                except SourceError as error:
                    yield Failed(table.table, error)
                    continue
                except drivers.FAULTS as error:
                    yield Failed(table.table, drivers.fault(drivers.parse(self.url), error))
                    continue
                if rows is not None:
                    yield rows
