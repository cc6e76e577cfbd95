"""JSON objects as rows of text: the form in which every JSON source is landed and judged.

Belongs here: flattening and the newest reading of an id. Keep out: requests, and what any field means."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

Row = dict[str, Any]
NTH = "_nth"  # the ordinal of a reading: ties the rows of one reading of one document together


def flat(row: Row, *without: str) -> dict[str, str | None]:
    """Values as text; an object's fields under its name, an array of ids joined by `;`, others as JSON."""
    made: dict[str, str | None] = {}
    for name, value in row.items():
        if name in without:
            continue
        if isinstance(value, dict):
            made |= {f"{name}_{inner}": text(part) for inner, part in value.items()}
        else:
            made[name] = text(value)
    return made


def text(value: Any) -> str | None:
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case [int() | str(), *_]:
            return ";".join(map(str, value))
        case dict() | list():
            return json.dumps(value, default=str, ensure_ascii=False)
        case _:
            return str(value)


def frame(rows: Iterable[Row]) -> pl.DataFrame:
    """Columns in the order of their first appearance; a row without one has NULL there."""
    rows = list(rows)
    columns = dict.fromkeys(name for row in rows for name in row)
    return pl.DataFrame(rows, schema={name: pl.Int64 if name == NTH else pl.String for name in columns})


def newest(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Each id once, as its `updated_at` is latest; of the same instant the later reading."""
    rows = pl.concat(frames, how="diagonal")
    if rows.is_empty():
        return rows
    instant = pl.col("updated_at").str.strip_chars_end("Z") if "updated_at" in rows.columns else pl.lit("")
    return rows.sort(instant, NTH).unique("id", keep="last", maintain_order=True)


def ids(rows: pl.DataFrame) -> pl.DataFrame:
    """The key set of rows."""
    return rows.select(pl.col("id").unique().sort()) if rows.width else pl.DataFrame(schema={"id": pl.String})
