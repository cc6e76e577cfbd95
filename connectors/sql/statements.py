"""The SELECTs of kind `sql`, built with SQLAlchemy so that every dialect gets its own quoting.

Belongs here: bare columns, left joins, filters, key lists. Keep out: which rows a pull wants (incremental),
computing (values): the site's database is asked for nothing but stored columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt
from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement, quoted_name
from sqlalchemy.types import NullType, TypeEngine

from connectors.sql.expressions import Call, Column
from connectors.sql.mapping import Member

Types = Mapping[str, TypeEngine[Any]]  # of one table: column -> type
PLAIN = re.compile(r"[A-Za-z0-9_.-]+")  # needs no quoting in any dialect
OPEN = "is open"  # the label of the flag that tells rows of the open set
ORDERS = {"eq": eq, "gt": gt, "ge": ge, "lt": lt, "le": le}


@dataclass(frozen=True)
class Origin:
    """Where a member's rows come from in the database, with all columns it may be asked for."""

    selectable: sa.FromClause
    columns: Mapping[str, ColumnElement[Any]]
    conditions: tuple[ColumnElement[bool], ...]


def origin(member: Member, tables: Mapping[str, Types]) -> Origin:
    """The member's table, joins and row filter. `tables`: columns by table, a query's by its text."""
    base = _from(member.table or member.query or "", tables, "t0", query=member.query is not None)
    columns: dict[str, ColumnElement[Any]] = {column.name: column for column in base.columns}
    joined: sa.FromClause = base
    for at, join in enumerate(member.joins, 1):
        right = _from(join.table, tables, f"t{at}")
        matches = [columns[own] == right.columns[other] for own, other in join.on.items()]
        joined = joined.outerjoin(right, sa.and_(*matches))
        columns |= {f"{join.alias}.{column.name}": column for column in right.columns}
    return Origin(joined, columns, tuple(condition(node, columns) for node in member.where))


def select(
    source: Origin,
    refs: Iterable[str],
    text: Callable[[ColumnElement[Any]], ColumnElement[Any]],
    *conditions: ColumnElement[bool],
    flag: Sequence[Call] = (),
    order: Sequence[str] = (),
) -> sa.Select[Any]:
    """The referred columns, labelled as the mapping writes them, each as the driver wants to carry it."""
    labels = [text(source.columns[ref]).label(quoted_name(ref, True)) for ref in sorted(refs)]
    if flag:
        is_open = sa.and_(*(condition(node, source.columns) for node in flag))
        told = sa.case((is_open, sa.literal_column("1")), else_=sa.literal_column("0"))
        labels.append(text(told).label(OPEN))
    wanted: sa.Select[Any] = sa.select(*labels).select_from(source.selectable).where(*source.conditions, *conditions)
    return wanted.order_by(*(source.columns[ref] for ref in order))


def condition(node: Call, columns: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
    """A filter of the mapping file. `ne` and `not_in` keep NULLs: a row is never lost by an empty field."""
    if node.name in ("any", "all"):
        parts = [condition(part, columns) for part in node.args if isinstance(part, Call)]
        return sa.or_(*parts) if node.name == "any" else sa.and_(*parts)
    operand = node.args[0]
    assert isinstance(operand, Column)
    column = columns[operand.ref]
    if node.name in ("is_null", "not_null"):
        return column.is_(None) if node.name == "is_null" else column.is_not(None)
    if node.name in ("in", "not_in"):
        inside = column.in_([word(value) for value in node.values["values"]])
        return inside if node.name == "in" else sa.or_(column.is_(None), sa.not_(inside))
    value = _value(node)
    if node.name == "ne":
        return sa.or_(column.is_(None), column != value)
    return ORDERS[node.name](column, value)


def word(value: object) -> ColumnElement[Any]:
    """A quoted literal: every engine compares it with a number's column as a number, by index."""
    return sa.literal(str(value), sa.String())


def among(columns: Sequence[ColumnElement[Any]], keys: pl.DataFrame) -> ColumnElement[bool]:
    """Rows whose key is in the list; the first parts of a composite key are compared once per value."""
    *leading, last = keys.columns
    if not leading:
        return _in(columns[0], keys[last])
    parts = []
    for values, group in keys.group_by(leading, maintain_order=True):
        same = [_compared(column, str(value)) for column, value in zip(columns, values, strict=False)]
        parts.append(sa.and_(*same, _in(columns[-1], group[last])))
    return sa.or_(sa.false(), *parts)


def _in(column: ColumnElement[Any], values: pl.Series) -> ColumnElement[bool]:
    texts = values.drop_nulls().unique(maintain_order=True).to_list()
    if texts and all(PLAIN.fullmatch(text) for text in texts):  # SQLAlchemy quotes 20 000 values in 0.1 s
        return _typed(column).bool_op("IN")(sa.literal_column("('" + "', '".join(texts) + "')"))
    return _typed(column).in_(sa.bindparam(None, texts, sa.String(), expanding=True, literal_execute=True))


def _compared(column: ColumnElement[Any], value: str) -> ColumnElement[bool]:
    return _typed(column) == word(value)


def _typed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column of no declared type (SQLite, a query) compares as what it holds, so it is made text."""
    untyped = isinstance(column.type, NullType)
    return sa.cast(column, sa.String()) if untyped else sa.type_coerce(column, sa.String())


def _value(node: Call) -> ColumnElement[Any]:
    if node.values["kind"] == "boolean":
        return sa.true() if node.values["value"] == "true" else sa.false()
    if node.values["kind"] == "number":
        return sa.literal_column(node.values["value"])
    return word(node.values["value"])


def table_of(name: str) -> tuple[str | None, str]:
    """schema.table -> (schema, table)."""
    schema, _, table = name.rpartition(".")
    return schema or None, table


def _from(name: str, tables: Mapping[str, Types], alias: str, query: bool = False) -> sa.FromClause:
    columns = [sa.column(quoted_name(column, True), type_) for column, type_ in tables[name].items()]
    if query:
        return as_text_clause(name).columns(*columns).subquery(alias)
    schema, table = table_of(name)
    where = quoted_name(schema, True) if schema else None
    return sa.table(quoted_name(table, True), *columns, schema=where).alias(alias)


def as_text_clause(query: str) -> sa.TextClause:
    """The site's own SELECT, with no colon taken for a parameter."""
    return sa.text(re.sub(r"(?<!:):(?=\w)", r"\\:", query) + "\n")  # a last line may be a comment
