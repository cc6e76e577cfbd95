"""What stands in the database in memory under the warehouse's name, each relation made once for one SQL.

Belongs here: making, replacing and leaving a relation as it is. Keep out: which relations, and what their SQL says
(stage.py)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import duckdb

from reporting.near import Near


@dataclass
class Standing:
    """A connection that has the published snapshot attached as `snapshot` and an empty database as `warehouse`.

    A view reads whatever stands under the names in its SQL at the time: it is as good for other days as it was for the
    first, and making it again would plan all that it reads. A table is as good as long as what it was made of stands:
    `of` is what else than its SQL tells one content from another, `mark` what tells it of a relation that stands."""

    connection: duckdb.DuckDBPyConnection
    made: dict[str, tuple[str, str]] = field(
        default_factory=dict
    )  # relation -> kind, and SQL or mark that it was made by
    marks: dict[str, str] = field(default_factory=dict)  # by name, without the schema
    near: Near | None = None  # what the last request of few shops reads

    def view(self, relation: str, sql: str, of: Iterable[object] = ()) -> None:
        """A view of that SQL, unless it stands already. `relation`: schema and name."""
        self._make("view", relation, sql, sql)
        self.marks[_name(relation)] = _mark(sql, of)

    def table(self, relation: str, sql: str, of: Iterable[object] = ()) -> None:
        """A table with what the SQL gives now, unless it stands already."""
        mark = _mark(sql, of)
        self._make("table", relation, sql, mark)
        self.marks[_name(relation)] = mark

    def _make(self, kind: str, relation: str, sql: str, by: str) -> None:
        if self.made.get(relation) == (kind, by):
            return
        before = self.made.pop(relation, (kind, ""))[0]
        if before != kind:
            self.connection.execute(f"drop {before} warehouse.{relation}")
        schema = relation.partition(".")[0]
        self.connection.execute(f"create schema if not exists warehouse.{schema}")
        self.connection.execute(f"create or replace {kind} warehouse.{relation} as {sql}")
        self.made[relation] = (kind, by)

    @cached_property
    def published(self) -> dict[str, tuple[str, bool]]:
        """Tables of the snapshot: name -> (schema, whether its rows are of a shop's day)."""
        rows = self.connection.execute(
            "select table_name, schema_name, "
            "list_contains(columns, 'site_key') and list_contains(columns, 'business_date') from ("
            "select schema_name, table_name, list(column_name) as columns from duckdb_columns() "
            "where database_name = 'snapshot' and schema_name <> 'main' group by all)"
        ).fetchall()
        return {name: (schema, has_days) for name, schema, has_days in rows}


def _mark(sql: str, of: Iterable[object]) -> str:
    return hashlib.sha256(repr((sql, *of)).encode()).hexdigest()


def _name(relation: str) -> str:
    return relation.partition(".")[2]
