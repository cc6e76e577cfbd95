"""JSON objects as rows of text: the form in which every JSON source is landed and judged.

Belongs here: flattening and the newest reading of an id. Keep out: requests, and what any field means."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import polars as pl

from connectors.base import Rows
from connectors.reading.xmlrows import column_name

Row = dict[str, Any]
_column = cache(column_name)  # the same few hundred names over and over
NTH = "_nth"  # the ordinal of a reading: ties the rows of one reading of one document together
DOCUMENTS_PER_PAGE = 500


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


def snake(row: Row, *without: str) -> dict[str, str | None]:
    """The same of a vendor that writes repairOrderStatus: its fields as repair_order_status_id. What is null is left
    out, for a null object would stand under a name that is none of its fields."""
    return {_column(name): value for name, value in flat(row, *without).items() if value is not None}


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


def newest(frames: Sequence[pl.DataFrame], stamp: str = "updated_at") -> pl.DataFrame:
    """Each id once, as its stamp is latest; of the same instant the later reading."""
    rows = pl.concat(frames, how="diagonal") if frames else pl.DataFrame()
    if rows.is_empty():
        return rows
    instant = pl.col(stamp).str.strip_chars_end("Z") if stamp in rows.columns else pl.lit("")
    return rows.sort(instant, NTH).unique("id", keep="last", maintain_order=True)


def ids(rows: pl.DataFrame) -> pl.DataFrame:
    """The key set of rows."""
    return rows.select(pl.col("id").unique().sort()) if rows.width else pl.DataFrame(schema={"id": pl.String})


def documents(
    pages: Sequence[Mapping[str, pl.DataFrame]], order: Sequence[str], file: str, stamp: str = "updated_at"
) -> Iterator[Rows]:
    """Documents of which each reading has its NTH, the newest reading of each: headers (`order[0]`) with all
    that belongs to them, some hundred at a time."""
    headers = newest([page[order[0]] for page in pages], stamp)
    tables = {table: pl.concat([page[table] for page in pages], how="diagonal") for table in order[1:] if pages}
    for some in headers.iter_slices(DOCUMENTS_PER_PAGE) if headers.height else ():
        yield Rows(order[0], some.drop(NTH), file)
        for table, every in tables.items():
            rows = every.join(some, on=NTH, how="semi") if every.width else every
            if not rows.is_empty():
                yield Rows(table, rows.drop(NTH), file)
