"""Reads a SELECT into a frame of text columns, fast and exactly: no amount becomes a float.

PostgreSQL: ADBC, one read-only snapshot. SQLite: ConnectorX. Anything else: SQLAlchemy by its URL.
Keep out: what to select (statements), what a text means (locale)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import adbc_driver_manager
import connectorx
import polars as pl
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement

from connectors.base import SourceError
from connectors.sql.mapping import Options

FAULTS = (sa.exc.SQLAlchemyError, adbc_driver_manager.Error, sqlite3.Error, ImportError)
Statement = sa.Select[Any]
AMOUNTS = (sa.Numeric, sa.Float)
CARRIED = (sa.Integer, sa.VARCHAR, sa.TEXT, sa.CHAR, *AMOUNTS)  # what SQLite's fast way knows by its type
SESSION = {  # what makes a session read-only and ends a statement that hangs, where the engine can
    "mysql": ("set session transaction read only", "set session max_execution_time = {seconds}000"),
    "mariadb": ("set session transaction read only", "set session max_statement_time = {seconds}"),
    "mssql": ("set lock_timeout {seconds}000", "set dateformat ymd"),
}


class Reader(Protocol):
    """One open connection. `engine` is for looking at the schema."""

    engine: sa.Engine

    def text(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """The column in the form that this driver carries exactly."""

    def read(self, statement: Statement) -> pl.DataFrame:
        """All rows; every column text, under its label."""


@contextmanager
def connect(address: str, options: Options) -> Iterator[Reader]:
    """A read-only connection. SourceError, without the password, when there is none."""
    url = parse(address)
    kind = {"postgresql": _postgres, "sqlite": _sqlite}.get(url.get_backend_name(), _other)
    try:
        with kind(url, options) as reader:
            yield reader
    except FAULTS as error:
        raise fault(url, error) from None


def parse(address: str) -> sa.URL:
    try:
        return sa.make_url(address)
    except sa.exc.ArgumentError:
        raise SourceError(
            "url: is no database address; write dialect://user:password@host/database, for example "
            "postgresql://reader:${PASSWORD}@server/shop or sqlite:////folder/shop.db"
        ) from None


def fault(url: sa.URL, error: BaseException) -> SourceError:
    """The driver's own words on one line, without the password and SQLAlchemy's links."""
    if isinstance(error, ImportError):
        why = f"no driver is installed for {url.drivername}; install it beside tieout ({error})"
    else:
        why = " ".join(str(getattr(error, "orig", None) or error).partition("(Background on")[0].split())
    if url.password:
        why = why.replace(str(url.password), "***")
    return SourceError(f"{url.render_as_string(hide_password=True)}: {why[:600]}")


@contextmanager
def _postgres(url: sa.URL, options: Options) -> Iterator[Reader]:
    query = {"connect_timeout": "15", **url.query}
    plain = url.set(drivername="postgresql", query=query)
    engine = sa.create_engine(plain.set(drivername="postgresql+psycopg"), poolclass=sa.NullPool)
    import adbc_driver_postgresql.dbapi as adbc  # noqa: PLC0415  (two seconds, for PostgreSQL only)

    with adbc.connect(plain.render_as_string(hide_password=False)) as connection:
        yield Postgres(engine, connection, options)


class Postgres:
    """One snapshot for the whole pull: a header and its lines are of the same instant."""

    dialect = postgresql.dialect(paramstyle="named")

    def __init__(self, engine: sa.Engine, connection: Any, options: Options) -> None:
        self.engine, self._connection, self._options = engine, connection, options
        self._begin()

    def text(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        kind = column.type
        stamp = isinstance(kind, sa.DateTime) and not kind.timezone
        plain = isinstance(kind, (sa.Integer, sa.Date, sa.VARCHAR, sa.TEXT)) or stamp
        return column if plain else sa.cast(column, sa.Text())

    def read(self, statement: Statement) -> pl.DataFrame:
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(literal(statement, self.dialect))
                frame = pl.from_arrow(cursor.fetch_arrow_table())
        except adbc_driver_manager.Error:
            self._begin()  # PostgreSQL refuses everything else in a transaction that has failed
            raise
        assert isinstance(frame, pl.DataFrame)
        amounts = [column.name for column in statement.selected_columns if _is_amount(column)]
        return frame.cast(pl.String).with_columns(_plain(amounts))

    def _begin(self) -> None:
        self._connection.rollback()
        with self._connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read, read only")
            cursor.execute("set local timezone to 'UTC'")
            cursor.execute(f"set local statement_timeout = {self._options.timeout_seconds * 1000}")


def _is_amount(column: ColumnElement[Any]) -> bool:
    carried = column.element if isinstance(column, sa.Label) else column
    return isinstance(carried, sa.Cast) and isinstance(carried.clause.type, AMOUNTS)


def _plain(amounts: list[str]) -> pl.Expr:
    """Amounts without zeros at their end, so that every engine writes them alike."""
    text = pl.col(amounts)
    return (
        pl.when(text.str.contains(".", literal=True))
        .then(text.str.strip_chars_end("0").str.strip_chars_end("."))
        .otherwise(text)
    )


@contextmanager
def _sqlite(url: sa.URL, options: Options) -> Iterator[Reader]:
    path = Path(url.database or "")
    if not path.is_file():
        raise SourceError(f"{path}: no such file; correct url (sqlite:////folder/shop.db has four slashes)")
    address = f"file:{path.absolute()}?mode=ro"
    engine = sa.create_engine(f"sqlite:///{address}&uri=true", poolclass=sa.NullPool)
    with closing(sqlite3.connect(address, uri=True, timeout=options.timeout_seconds)) as connection:
        yield Sqlite(engine, connection, path.absolute())


class Sqlite:
    """SQLite keeps what a program stored, whatever the column's declared type. The fast way carries whole
    numbers, text, and amounts as millionths where those are exactly the stored number; an answer with another
    value is read the slow way, where SQLite itself writes every value as text."""

    NULL, INEXACT = -(2**63), -(2**63) + 1
    dialect = sqlite.dialect(paramstyle="named")

    def __init__(self, engine: sa.Engine, connection: sqlite3.Connection, path: Path) -> None:
        self.engine, self._connection, self._path = engine, connection, path

    def text(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return column

    def read(self, statement: Statement) -> pl.DataFrame:
        frame = self._fast(statement)
        return self._slow(statement) if frame is None else frame

    def _fast(self, statement: Statement) -> pl.DataFrame | None:
        columns = list(statement.selected_columns)
        whole = [column.name for column in columns if isinstance(column.type, sa.Integer)]
        amounts = [column.name for column in columns if isinstance(column.type, AMOUNTS)]
        query = self._sql(statement, fast=True)
        try:
            answer: Any = connectorx.read_sql(f"sqlite://{self._path}", query, return_type="polars")
        except RuntimeError:  # a value is not of its column's type
            return None
        frame: pl.DataFrame = answer
        if any((frame[name] == self.INEXACT).any() for name in amounts):
            return None
        others = [column.name for column in columns if not isinstance(column.type, CARRIED)]
        frame = frame.with_columns(
            pl.col([*whole, *amounts]).replace(self.NULL, None), pl.col(others).replace("\0", None)
        )
        frame = frame.with_columns(pl.col(amounts).cast(pl.Decimal(38, 6)) / 1_000_000)
        return frame.cast(pl.String).with_columns(_plain(amounts))

    def _slow(self, statement: Statement) -> pl.DataFrame:
        names = [column.name for column in statement.selected_columns]
        rows = self._connection.execute(self._sql(statement, fast=False)).fetchall()
        amounts = [column.name for column in statement.selected_columns if isinstance(column.type, AMOUNTS)]
        frame = pl.DataFrame(rows, dict.fromkeys(names, pl.String), orient="row")
        return frame.with_columns(_plain(amounts))

    def _sql(self, statement: Statement, fast: bool) -> str:
        carried = [self._carried(column, fast) for column in statement.selected_columns]
        return literal(statement.with_only_columns(*carried), self.dialect)

    def _carried(self, column: ColumnElement[Any], fast: bool) -> ColumnElement[Any]:
        inner = column.element if isinstance(column, sa.Label) else column
        name = literal(inner, self.dialect)
        form = f"cast({name} as text)"
        if fast and isinstance(inner.type, sa.Integer):
            form = f"ifnull({name}, {self.NULL})"
        elif fast and isinstance(inner.type, AMOUNTS):
            millionths = f"cast(round({name} * 1000000) as integer)"
            exact = f"{millionths} / 1000000.0 = {name} then {millionths}"
            form = f"case when {exact} when {name} is null then {self.NULL} else {self.INEXACT} end"
        elif fast:
            form = name if isinstance(inner.type, CARRIED) else f"ifnull({form}, char(0))"
        return sa.literal_column(form).label(column.name)


@contextmanager
def _other(url: sa.URL, options: Options) -> Iterator[Reader]:
    level: dict[str, Any] = {"isolation_level": options.isolation} if options.isolation else {}
    engine = sa.create_engine(url, poolclass=sa.NullPool, **level)
    with engine.connect() as connection:
        for command in SESSION.get(engine.dialect.name, ()):
            connection.exec_driver_sql(command.format(seconds=options.timeout_seconds))
        yield Other(engine, connection)


class Other:
    """Values come as the driver's own Python values: Decimal, date, datetime."""

    def __init__(self, engine: sa.Engine, connection: sa.Connection) -> None:
        self.engine, self._connection = engine, connection

    def text(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return column

    def read(self, statement: Statement) -> pl.DataFrame:
        result = self._connection.execution_options(stream_results=True).execute(statement)
        schema = dict.fromkeys(result.keys(), pl.String())
        pages = [
            pl.DataFrame([[as_text(value) for value in row] for row in rows], schema, orient="row")
            for rows in result.partitions(20_000)
        ]
        return pl.concat([pl.DataFrame(schema=schema), *pages])


def as_text(value: object) -> str | None:
    """A driver's value as text, every digit kept."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        digits = format(value, "f")
        return digits.rstrip("0").rstrip(".") if "." in digits else digits
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def literal(element: sa.ClauseElement, dialect: sa.Dialect) -> str:
    """SQL text with its values written out and quoted, for drivers that take no parameters."""
    return str(element.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
