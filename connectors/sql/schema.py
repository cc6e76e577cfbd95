"""Looks at the live database: every table and column that a mapping names must be there.

Keep out: reading rows (drivers). Every name that does not exist is told, each with its nearest neighbors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.types import NullType

from connectors.sql.expressions import references
from connectors.sql.mapping import Entity, Member, Numbers, SiteMapping
from connectors.sql.statements import Types, as_text_clause, table_of
from connectors.sql.validation import near
from data_contracts.contract import Contract, load


@dataclass
class Schema:
    """What the mapping may name here: columns by table as written there, a query's by its text."""

    connection: sa.Connection
    tables: dict[str, Types] = field(default_factory=dict)

    def has(self, name: str, query: bool) -> bool:
        """Whether the table is there; its columns are looked up once."""
        if name not in self.tables:
            columns = self._query(name) if query else self._table(name)
            if columns is None:
                return False
            self.tables[name] = columns
        return True

    def names(self, like: str) -> list[str]:
        """Tables and views of the same schema."""
        where, _ = table_of(like)
        inspector = sa.inspect(self.connection)
        found = [*inspector.get_table_names(schema=where), *inspector.get_view_names(schema=where)]
        return [f"{where}.{name}" if where else name for name in found]

    def _query(self, text: str) -> Types:
        inner = as_text_clause(text).columns().subquery("t0")
        empty = sa.select(sa.text("*")).select_from(inner).where(sa.false())
        return dict.fromkeys(self.connection.execute(empty).keys(), NullType())

    def _table(self, name: str) -> Types | None:
        where, table = table_of(name)
        try:
            columns = sa.inspect(self.connection).get_columns(table, schema=where)
        except sa.exc.NoSuchTableError:
            return None
        return {column["name"]: column["type"] for column in columns}


def look(engine: sa.Engine, mapping: SiteMapping) -> tuple[dict[str, Types], dict[str, list[str]]]:
    """Columns of every table and query of the mapping; and by entity what of it does not exist."""
    problems: dict[str, list[str]] = {}
    with engine.connect() as connection:
        schema = Schema(connection)
        for name, entity in mapping.entities.items():
            about = load("sql")[name]
            found = [line for path, member in _parts(entity) for line in _part(schema, mapping, about, path, member)]
            problems[name] = found or _number(schema, entity)
    return schema.tables, problems


def _parts(entity: Entity) -> Iterator[tuple[str, Member]]:
    for at, member in enumerate(entity.members):
        yield f"entities.{entity.name}" + (f".union.{at}" if len(entity.members) > 1 else ""), member


def _part(schema: Schema, mapping: SiteMapping, about: Contract, path: str, member: Member) -> list[str]:
    """What of one member does not exist."""
    problems: list[str] = []
    known: dict[str, list[str]] = {}  # prefix -> columns, of the tables that are there
    for prefix, name, key in _sources(member):
        if schema.has(name, query=key == "query"):
            known[prefix] = list(schema.tables[name])
        else:
            problems.append(f"{path}.{key}: there is no table {name!r}; {near(name, schema.names(name))}")
    for ref, places in named(mapping, about, member).items():
        prefix, column = _split(ref)
        if prefix in known and column not in known[prefix]:
            where = f"joined table {prefix!r}" if prefix else member.table or "the query"
            hint = near(column, known[prefix])
            problems.append(f"{path}.{', '.join(places)}: {where} has no column {column!r}; {hint}")
    return problems


def _sources(member: Member) -> list[tuple[str, str, str]]:
    """(prefix of its columns, table or query, key in the mapping)."""
    base = ("", member.table or member.query or "", "table" if member.table else "query")
    return [base, *((join.alias, join.table, f"joins.{join.alias}.table") for join in member.joins)]


def _split(ref: str) -> tuple[str, str]:
    prefix, dot, column = ref.partition(".")
    return (prefix, column) if dot else ("", ref)


def named(mapping: SiteMapping, about: Contract, member: Member) -> dict[str, list[str]]:
    """Every column that the member names, with the keys of the mapping that name it."""
    increment = member.incremental
    parts = [
        (ref, f"columns.{name}") for name, node in mapping.nodes(about, member).items() for ref in references(node)
    ]
    parts += [(ref, "key") for ref in member.key]
    parts += [(ref, "parent.on") for ref in (member.parent.on if member.parent else ())]
    parts += [(own, f"joins.{join.alias}.on") for join in member.joins for own in join.on]
    parts += [
        (f"{join.alias}.{other}", f"joins.{join.alias}.on") for join in member.joins for other in join.on.values()
    ]
    parts += [(ref, "where") for node in member.where for ref in references(node)]
    if increment:
        parts += [(ref, "incremental.open") for node in increment.open for ref in references(node)]
        own = {"column": increment.column, "date": increment.date}
        parts += [(ref, f"incremental.{key}") for key, ref in own.items() if ref]
    places: dict[str, list[str]] = {}
    for ref, place in parts:
        if place not in places.setdefault(ref, []):
            places[ref].append(place)
    return places


def _number(schema: Schema, entity: Entity) -> list[str]:
    """Numbers of a sweep are compared as numbers in the database."""
    member = entity.members[0]
    if not isinstance(entity.sweep, Numbers) or member.table is None:
        return []
    kind = schema.tables[member.table][entity.sweep.number]
    if isinstance(kind, (sa.Integer, sa.Numeric, sa.Float)):
        return []
    key, number = f"entities.{entity.name}.sweep.number", entity.sweep.number
    return [f"{key}: {number!r} is {kind}, no number; write sweep: every_pull"]
