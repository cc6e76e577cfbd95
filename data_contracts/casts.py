"""From a source's column to the contract's type, as polars expressions: the value, and why there is none.

Belongs here: what text is a valid decimal, instant, date. Keep out: which rows are refused (rules)."""

from __future__ import annotations

import polars as pl

from data_contracts.contract import Column

INSTANT = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?"
OFFSET = r"(Z|[+-]\d{2}:?\d{2})$"
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)$"
SHORT = r"^(\S{10}[T ]\d{2}:\d{2})([Z+-])"  # an instant without seconds
WHOLE = r"^[+-]?\d{1,18}(\.0+)?$"
DAY = r"^\d{4}-\d{2}-\d{2}$"
Cast = tuple[pl.Expr, pl.Expr]  # the typed value (NULL where it cannot be had), the name of the broken rule


def polars_type(column: Column) -> pl.DataType:
    """The polars type of a landed column."""
    if column.decimal:
        return pl.Decimal(*column.decimal)
    types = {
        "text": pl.String(),
        "integer": pl.Int64(),
        "boolean": pl.Boolean(),
        "date": pl.Date(),
        "timestamp": pl.Datetime("us", "UTC"),
        "time": pl.Time(),
    }
    return types[column.type]


def cast(column: Column, source: pl.DataType) -> Cast:
    """Value and broken rule for one column that arrives as `source`; both NULL where it says nothing."""
    value, target = pl.col(column.name), polars_type(column)
    if source == target or source == pl.Null():
        return value.cast(target), no_rule()
    if source.is_float():
        return _from_float(column, value)
    if isinstance(source, pl.Datetime) and column.type == "timestamp":
        return _from_datetime(source, value)
    if source.is_integer() and column.type == "boolean":
        return value == 1, _rule(value.is_in([0, 1]), value, "bad_boolean")
    if source.is_nested() or source in (pl.Binary(), pl.Object()):
        return pl.lit(None, target), _rule(pl.lit(value=False), value, "bad_text")
    return from_text(column, value.cast(pl.String, strict=False))


def from_text(column: Column, value: pl.Expr) -> Cast:
    """Value and broken rule of text; outer blanks mean nothing except in text itself."""
    if column.type == "text":
        return value, no_rule()
    text = value.str.strip_chars()
    if column.decimal:
        return _decimal(text, *column.decimal)
    if column.type == "timestamp":
        return _timestamp(text)
    readers = {"integer": _integer, "boolean": _boolean, "date": _date, "time": _time}
    parsed = readers[column.type](text)
    return parsed, _rule(parsed.is_not_null(), text, f"bad_{column.type}")


def no_rule() -> pl.Expr:
    """No rule is broken."""
    return pl.lit(None, pl.String)


def _rule(holds: pl.Expr, value: pl.Expr, name: str) -> pl.Expr:
    return pl.when(value.is_not_null() & ~holds).then(pl.lit(name)).otherwise(no_rule())


def decimal_that_fits(precision: int, scale: int) -> str:
    """Zeros beyond the scale are no decimals; digits beyond it are refused, never rounded."""
    return rf"^[+-]?0*(\d{{1,{precision - scale}}}(\.\d{{0,{scale}}}0*)?|\.\d{{0,{scale}}}0*)$"


def _decimal(text: pl.Expr, precision: int, scale: int) -> Cast:
    whole = precision - scale
    fitting = pl.when(text.str.contains(decimal_that_fits(precision, scale))).then(text)
    parsed = fitting.cast(pl.Decimal(precision, scale), strict=False)
    wrong = (
        pl.when(~text.str.contains(NUMBER))
        .then(pl.lit("bad_decimal"))
        .when(text.str.contains(rf"^[+-]?0*\d{{{whole + 1},}}"))
        .then(pl.lit("out_of_range"))
        .otherwise(pl.lit("too_many_decimals"))
    )
    return parsed, pl.when(text.is_not_null() & parsed.is_null()).then(wrong).otherwise(no_rule())


def _timestamp(text: pl.Expr) -> Cast:
    whole = text.str.replace(SHORT, "${1}:00${2}")
    iso = whole.str.replace(" ", "T", literal=True).str.replace("Z$", "+00:00")
    parsed = iso.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%z", time_unit="us", strict=False)
    parsed = pl.when(text.str.contains(INSTANT + OFFSET)).then(parsed)
    bare = text.str.contains(INSTANT + "$")
    wrong = pl.when(bare).then(pl.lit("timestamp_without_offset")).otherwise(pl.lit("bad_timestamp"))
    return parsed, pl.when(text.is_not_null() & parsed.is_null()).then(wrong).otherwise(no_rule())


def _integer(text: pl.Expr) -> pl.Expr:
    digits = pl.when(text.str.contains(WHOLE)).then(text.str.replace(r"\.0+$", ""))
    return digits.str.strip_prefix("+").cast(pl.Int64, strict=False)


def _boolean(text: pl.Expr) -> pl.Expr:
    return pl.when(text == "true").then(statement=True).when(text == "false").then(statement=False)


def _date(text: pl.Expr) -> pl.Expr:
    shaped = pl.when(text.str.contains(DAY)).then(text)
    return shaped.str.to_date("%Y-%m-%d", strict=False)


def _time(text: pl.Expr) -> pl.Expr:
    whole = text.str.replace(r"^(\d{2}:\d{2})$", "${1}:00")
    return whole.str.to_time("%H:%M:%S", strict=False)


def _from_float(column: Column, value: pl.Expr) -> Cast:
    if column.type != "integer":
        return pl.lit(None, polars_type(column)), _rule(pl.lit(value=False), value, "float")
    whole = value == value.floor()
    return pl.when(whole).then(value).cast(pl.Int64, strict=False), _rule(whole, value, "bad_integer")


def _from_datetime(source: pl.Datetime, value: pl.Expr) -> Cast:
    if source.time_zone is None:
        empty = pl.lit(None, pl.Datetime("us", "UTC"))
        return empty, _rule(pl.lit(value=False), value, "timestamp_without_offset")
    return value.dt.convert_time_zone("UTC").dt.cast_time_unit("us"), no_rule()
