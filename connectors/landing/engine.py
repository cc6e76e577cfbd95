"""DuckDB in memory for one pull: text of SQL that every step shares, and the tables `land_<table>` they fill.

Belongs here: keys, hashes, reading what landed before. Keep out: which rows are news."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from connectors.landing.intake import Taken
from connectors.landing.manifest import stamp
from data_contracts.contract import Contract
from data_contracts.landed import META, duckdb_columns, duckdb_type
from data_contracts.rules import names_in_order

NEW, AGAIN, DELETED = "new", "again", "deleted"  # why a row is landed; counted apart


@dataclass(frozen=True)
class Engine:
    """What is the same on all rows of a pull, and per table the files that may hold older versions."""

    con: duckdb.DuckDBPyConnection
    connection: str
    pull_id: str
    pulled_at: datetime
    bound: datetime
    stored: Mapping[str, Sequence[str]]

    def run(self, sql: str) -> None:
        """Runs a statement."""
        self.con.sql(sql)

    @property
    def stamp(self) -> str:
        """The bound as SQL text, in the form it has in `_order`."""
        return text(stamp(self.bound))

    def key(self, columns: Sequence[str]) -> str:
        """Identity of a row: md5 of connection and key columns; the same as dbt's macro source_key."""
        parts = ", ".join(f"coalesce({name(column)}::varchar, '')" for column in columns)
        return f"md5(concat_ws(chr(31), {text(self.connection)}, {parts}))::uuid"

    def before(self, contract: Contract) -> str:
        """What this connection landed of a table before, as a relation; empty and typed without any."""
        columns = duckdb_columns(contract)
        files = self.stored.get(contract.table, ())
        if not files:
            nulls = ", ".join(f"null::{type_} as {name(column)}" for column, type_ in columns)
            return f"(select {nulls} limit 0)"
        parquet = f"read_parquet([{', '.join(map(text, files))}], union_by_name = true)"
        there = {row[0] for row in self.con.sql(f"describe select * from {parquet}").fetchall()}
        shown = [
            f"{name(column) if column in there else 'null'}::{type_} as {name(column)}"
            for column, type_ in columns
        ]
        return f"(select {', '.join(shown)} from {parquet} where _connection = {text(self.connection)})"


def start(
    connection: str, pull_id: str, pulled_at: datetime, bound: datetime, stored: Mapping[str, Sequence[str]]
) -> Engine:
    """A fresh engine; its clock is UTC, or hashes of instants would differ from place to place."""
    con = duckdb.connect()
    con.sql("set TimeZone = 'UTC'")
    return Engine(con, connection, pull_id, pulled_at, bound, stored)


def text(value: str) -> str:
    """A SQL string."""
    return "'" + value.replace("'", "''") + "'"


def name(column: str) -> str:
    """A SQL identifier."""
    return '"' + column.replace('"', '""') + '"'


def content(taken: Taken, digest: str = "md5") -> str:
    """Hash of a row's content. NULLs are left out, so that adding a column to a contract changes no hash."""
    columns = [*names_in_order(taken.contract), "_extra"]
    filled = [column for column in columns if taken.valid[column].null_count() < taken.valid.height]
    parts = [f"{text(column + '=')} || {name(column)}::varchar" for column in filled]
    return f"{digest}(concat_ws(chr(31), {', '.join(parts or [text('')])}))"


def version(order: str, key: str = "_key", row_hash: str = "_row_hash::varchar") -> str:
    """One version of one key or group."""
    return f"md5({key}::varchar || '|' || {order} || '|' || {row_hash})::uuid"


def prepare(run: Engine, contract: Contract) -> None:
    """An empty `land_<table>`."""
    columns = ", ".join(f"{name(column)} {type_}" for column, type_ in duckdb_columns(contract))
    run.run(f"create table {name('land_' + contract.table)} ({columns}, _id bigint, _why varchar)")


def land(run: Engine, contract: Contract, source: str, meta: Mapping[str, str]) -> None:
    """Adds rows of `source` to `land_<table>`; `meta` gives what it does not hold under its name."""
    same = {
        "_connection": text(run.connection),
        "_pull_id": text(run.pull_id),
        "_pulled_at": f"{text(run.pulled_at.isoformat())}::timestamptz",
    }
    given = {**same, **meta}
    own = [f"{name(column.name)}::{duckdb_type(column)}" for column in contract.columns]
    shown = [given.get(column, column) for column, _, _ in META]
    columns = ", ".join([*own, *shown, given.get("_id", "_id"), given["_why"]])
    run.run(f"insert into {name('land_' + contract.table)} select {columns} from {source}")


def counts(run: Engine, contract: Contract) -> dict[str, int]:
    """Rows of `land_<table>` by why they are there."""
    rows = run.con.sql(
        f"select _why, count(*) from {name('land_' + contract.table)} group by _why"
    ).fetchall()
    return {why: int(n) for why, n in rows}


def left_out(run: Engine, contract: Contract) -> int:
    """Valid rows that are no news."""
    own, landed = name(f"own_{contract.table}"), name(f"land_{contract.table}")
    found = run.con.sql(f"select count(*) from {own} o anti join {landed} l on o._id = l._id").fetchall()
    return int(found[0][0])


def totals(run: Engine, contract: Contract) -> dict[str, str]:
    """Sum of each decimal column of what is landed, as text."""
    decimals = [column.name for column in contract.columns if column.decimal]
    if not decimals:
        return {}
    sums = ", ".join(f"coalesce(sum({name(column)}), 0)::varchar" for column in decimals)
    found = run.con.sql(f"select {sums} from {name('land_' + contract.table)}").fetchall()[0]
    return dict(zip(decimals, found, strict=True))


def write(run: Engine, contract: Contract, path: str) -> None:
    """Writes `land_<table>` as parquet."""
    columns = ", ".join(name(column) for column, _ in duckdb_columns(contract))
    rows = f"select {columns} from {name('land_' + contract.table)} order by _file, _row, _key"
    run.run(f"copy ({rows}) to {text(path)} (format parquet, compression zstd)")
