"""A field that landed in `_extra` before its contract knew it, as SQL of the contract's type.

Belongs here: what of `_extra` is a value by the contract. Keep out: which files are read, judging pulls (rules)."""

from __future__ import annotations

from data_contracts.casts import DAY, INSTANT, OFFSET, SHORT, WHOLE, decimal_that_fits
from data_contracts.contract import Column
from data_contracts.landed import duckdb_type

SHAPES = {"integer": WHOLE, "boolean": "^(true|false)$", "date": DAY, "timestamp": INSTANT + OFFSET, "time": r"^\d{2}:"}


def from_extra(column: Column) -> str:
    """The value; NULL where there is none, and where the contract would have refused it: it stays in `_extra`."""
    path = '$."' + column.name.replace('"', '\\"') + '"'
    said = f"nullif(json_extract_string(_extra, {_text(path)}), '')"
    if column.type == "text" and not column.decimal:
        return _allowed(column, said)
    trimmed = f"trim({said})"
    shape = decimal_that_fits(*column.decimal) if column.decimal else SHAPES[column.type]
    if column.type == "timestamp":
        trimmed = f"regexp_replace({trimmed}, {_text(SHORT)}, '\\1:00\\2')"
    value = f"case when regexp_matches({trimmed}, {_text(shape)}) then try_cast({trimmed} as {duckdb_type(column)}) end"
    return _allowed(column, _within(column, value))


def _allowed(column: Column, value: str) -> str:
    if not column.allowed:
        return value
    return f"case when {value} in ({', '.join(map(_text, column.allowed))}) then {value} end"


def _within(column: Column, value: str) -> str:
    bounds = {">=": column.minimum, "<=": column.maximum}
    type_ = duckdb_type(column)
    said = [f"{value} {sign} {_text(str(bound))}::{type_}" for sign, bound in bounds.items() if bound is not None]
    return f"case when {' and '.join(said)} then {value} end" if said else value


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
