"""A source row as JSON text, and back to a frame that can be judged again.

Belongs here: the text form of rows in quarantine and of `_extra`. Keep out: rules, files."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from typing import Any

import polars as pl


def to_raw(frame: pl.DataFrame) -> pl.Series:
    """One JSON object per row, all columns, in the source's own words."""
    rows = [json.dumps(row, default=_text, ensure_ascii=False) for row in frame.iter_rows(named=True)]
    return pl.Series("raw", rows, pl.String)


def from_raw(raw: Sequence[str], known: Collection[str]) -> pl.DataFrame:
    """Rows as a frame: `known` columns as text, others as they were, so that `_extra` comes out the same."""
    rows = [json.loads(text, parse_float=str) for text in raw]
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pl.DataFrame([_series(name, [row.get(name) for row in rows], name in known) for name in names])


def extra(columns: Sequence[str]) -> pl.Expr:
    """JSON object of the columns that are not NULL, in name order (it is hashed); NULL without any."""
    if not columns:
        return pl.lit(None, pl.String)
    pairs = [_pair(name) for name in sorted(columns)]
    inner = pl.concat_str(pairs, separator=",", ignore_nulls=True)
    return pl.when(inner != "").then(pl.concat_str(pl.lit("{"), inner, pl.lit("}")))


def _pair(name: str) -> pl.Expr:
    encoded = pl.struct(pl.col(name)).struct.json_encode().str.strip_prefix("{").str.strip_suffix("}")
    return pl.when(pl.col(name).is_not_null()).then(encoded)


def _text(value: object) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else str(value)


def _series(name: str, values: list[Any], known: bool) -> pl.Series:
    sorts = {type(value) for value in values if value is not None}
    if not known and sorts in ({int}, {bool}):
        return pl.Series(name, values)
    return pl.Series(name, [_word(value) for value in values], pl.String)


def _word(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
