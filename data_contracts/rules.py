"""Judges a frame by its contract: which rows are valid and typed, which are refused, by which rule and why.

Belongs here: rules that one row answers for. Keep out: rules over documents, maps, sites (connectors)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from data_contracts.casts import cast, no_rule, polars_type
from data_contracts.contract import Column, Contract, Rule
from data_contracts.raw import extra, to_raw

Words = Mapping[str, Mapping[str, str]]

WHY = {
    "missing_column": "the source sends no such column; send it, or make it optional in the contract",
    "missing_required": "is empty but required",
    "bad_decimal": "is no number: a point before the decimals, no thousands separator, no exponent",
    "too_many_decimals": "has more decimals than {type} holds; it is not rounded",
    "out_of_range": "is outside of what {type} {range} allows",
    "bad_integer": "is no whole number",
    "bad_boolean": "is neither true nor false",
    "bad_date": "is no date like 2026-03-31",
    "bad_time": "is no time of day like 08:30",
    "bad_timestamp": "is no instant like 2026-03-31T08:30:00Z",
    "timestamp_without_offset": "has no offset, so it may mean any instant; end it in Z or like -05:00",
    "bad_text": "is no single value",
    "float": "is a floating point number, which is not exact; send it as text or DECIMAL",
    "not_allowed": "is none of {allowed}",
}


@dataclass(frozen=True)
class Verdict:
    """`valid`: the contract's columns typed, `_extra`, `_row`; `refused`: one row per refused row.

    `_row` is the position in the judged frame; `refused` has rule, column_name, value, message, raw, _row."""

    valid: pl.DataFrame
    refused: pl.DataFrame


REFUSED = {
    "rule": pl.String,
    "column_name": pl.String,
    "value": pl.String,
    "message": pl.String,
    "raw": pl.String,
    "_row": pl.Int64,
}


def judge(contract: Contract, frame: pl.DataFrame, words: Words | None = None) -> Verdict:
    """Types every row of the frame or refuses it; a row that breaks several rules is refused by the first.

    `words`: column -> raw value -> canonical value, where a site has words of its own."""
    source = frame.with_columns(pl.col(pl.String).replace("", None))
    names = {column.name for column in contract.columns}
    typed: list[pl.Expr] = []
    broken: list[pl.Expr] = []
    for column in contract.columns:
        value, rule = _column(column, source.schema)
        typed.append(value.alias(column.name))
        broken.append(rule.alias(_mark(column.name)))
    unknown = [name for name in source.columns if name not in names]
    rows = pl.int_range(pl.len(), dtype=pl.Int64).alias("_row")
    judged = source.select(*typed, extra(unknown).alias("_extra"), rows, *broken)
    own = [rule for rule in contract.rules if rule.kind != "needsChild"]
    judged = judged.with_columns(*(_own_rule(rule, words or {}) for rule in own))
    marks = [name for name in judged.columns if name.startswith(_mark(""))]
    good = pl.all_horizontal(pl.col(marks).is_null())
    refused = _refused(contract, frame, judged.filter(~good), marks)
    return Verdict(judged.filter(good).select(*names_in_order(contract), "_extra", "_row"), refused)


def names_in_order(contract: Contract) -> list[str]:
    """Column names in the contract's order."""
    return [column.name for column in contract.columns]


def empty(contract: Contract) -> pl.DataFrame:
    """No valid rows, typed."""
    schema = {column.name: polars_type(column) for column in contract.columns}
    return pl.DataFrame(schema={**schema, "_extra": pl.String(), "_row": pl.Int64()})


def _mark(name: str) -> str:
    return "\x00" + name


def _column(column: Column, schema: Mapping[str, pl.DataType]) -> tuple[pl.Expr, pl.Expr]:
    if column.name not in schema:
        missing = pl.lit("missing_column") if column.required else no_rule()
        return pl.lit(None, polars_type(column)), missing
    value, broken = cast(column, schema[column.name])
    rules = [broken]
    if column.required:
        rules.append(pl.when(pl.col(column.name).is_null()).then(pl.lit("missing_required")))
    if column.allowed:
        allowed = value.cast(pl.String).is_in(list(column.allowed))
        rules.append(pl.when(value.is_not_null() & ~allowed).then(pl.lit("not_allowed")))
    for outside in _outside(column, value):
        rules.append(pl.when(outside).then(pl.lit("out_of_range")))
    return value, pl.coalesce(rules)


def _outside(column: Column, value: pl.Expr) -> list[pl.Expr]:
    bounds = []
    if column.minimum is not None:
        bounds.append(value < pl.lit(column.minimum).cast(polars_type(column)))
    if column.maximum is not None:
        bounds.append(value > pl.lit(column.maximum).cast(polars_type(column)))
    return bounds


def _own_rule(rule: Rule, words: Words) -> pl.Expr:
    """An own rule as a mark; `column>rule` tells it from the rules of single columns."""
    if rule.kind == "requiredAny":
        columns = list(rule.arguments)
        broken = pl.all_horizontal(pl.col(columns).is_null())
    else:
        columns = [rule.arguments["column"]]
        named = words.get(rule.arguments["when"], {})
        said = pl.col(rule.arguments["when"])
        applies = (said.replace(dict(named)) if named else said).is_in(list(rule.arguments["in"]))
        broken = pl.col(columns[0]).is_null() & applies
    return (
        pl.when(broken).then(pl.lit(rule.name)).otherwise(no_rule()).alias(_mark(f"{columns[0]}>{rule.name}"))
    )


def _refused(
    contract: Contract, frame: pl.DataFrame, bad: pl.DataFrame, marks: Sequence[str]
) -> pl.DataFrame:
    if bad.is_empty():
        return pl.DataFrame(schema=REFUSED)
    rows = frame[bad["_row"].to_list()]
    reasons = []
    for at, found in enumerate(bad.select(marks).iter_rows()):
        broken = [(mark[1:].split(">")[0], rule) for mark, rule in zip(marks, found, strict=True) if rule]
        name, rule = broken[0]
        value = _value(rows, at, name)
        message = "; ".join(
            _message(contract, column, why, _value(rows, at, column)) for column, why in broken
        )
        reasons.append((rule, name, value, message))
    columns = ["rule", "column_name", "value", "message"]
    table = pl.DataFrame(reasons, schema=dict.fromkeys(columns, pl.String), orient="row")
    return table.with_columns(to_raw(rows), bad["_row"]).select(*REFUSED)


def _value(rows: pl.DataFrame, at: int, column: str) -> str | None:
    value = rows[column][at] if column in rows.columns else None
    return None if value is None else str(value)


def _message(contract: Contract, name: str, rule: str, value: str | None) -> str:
    own = [item.description for item in contract.rules if item.name == rule]
    if own:
        return f"{contract.table}.{name}: {own[0]}"
    column = contract.column(name)
    limits = f"{column.minimum or ''}..{column.maximum or ''}" if _outside(column, pl.lit(0)) else ""
    why = (
        WHY[rule].format(type=column.type, range=limits, allowed=", ".join(column.allowed)).replace("  ", " ")
    )
    shown = "" if value is None else f" {value!r}"
    return f"{contract.table}.{name}:{shown} {why}"
