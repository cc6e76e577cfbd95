"""Comparing the oracle with the warehouse, cell by cell.

A cell that only one side has is a difference, NULL is a value, and nothing beside nothing is an error. Keep out: how
either side is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

ABSENT = "(absent)"


@dataclass(frozen=True)
class Difference:
    cell: tuple[Any, ...]
    oracle: Any
    warehouse: Any

    def __str__(self) -> str:
        name = " / ".join(str(part) for part in self.cell)
        return f"{name}: oracle {_shown(self.oracle)}, warehouse {_shown(self.warehouse)}"


def compare(oracle_rows: Mapping[Any, Any], warehouse_rows: Mapping[Any, Any]) -> list[Difference]:
    """Keys are cells, or rows whose value is {column: value}; a column only one side has is a difference."""
    ours, theirs = dict(_cells(oracle_rows)), dict(_cells(warehouse_rows))
    if not ours and not theirs:
        raise ValueError("there is nothing to compare: neither side has a row")
    names = sorted(ours.keys() | theirs.keys(), key=lambda name: tuple(str(part) for part in name))
    pairs = ((name, ours.get(name, ABSENT), theirs.get(name, ABSENT)) for name in names)
    return [Difference(name, one, other) for name, one, other in pairs if not same(one, other)]


def same(one: Any, other: Any) -> bool:
    """Numbers by value, never by their text or scale; a float is refused, since money is DECIMAL."""
    for value in (one, other):
        if isinstance(value, float):
            raise TypeError(f"{value!r} is a float: figures are DECIMAL")
    if one is None or other is None or ABSENT in (one, other):
        return one is other
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | Decimal) and isinstance(other, int | Decimal):
        return one == other
    return type(one) is type(other) and bool(one == other)


def report(differences: list[Difference], limit: int = 20) -> str:
    """What a failing test prints."""
    shown = "\n".join(str(difference) for difference in differences[:limit])
    return f"{len(differences)} cells differ\n{shown}" if differences else "no cell differs"


def _cells(rows: Mapping[Any, Any]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    for key, value in rows.items():
        name = key if isinstance(key, tuple) else (key,)
        if isinstance(value, Mapping):
            yield (*name, "(row)"), True  # a row without columns is still a row
            yield from (((*name, column), cell) for column, cell in value.items())
        else:
            yield name, value


def _shown(value: Any) -> str:
    return "NULL" if value is None else str(value)
