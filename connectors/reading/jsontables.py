"""Nested JSON as tables, a column at a time: what is said in whole lists of objects costs a fifth of what rows cost.

Belongs here: objects of one table, and what they take from the object around them. Keep out: requests, meanings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from connectors.reading.jsonrows import NTH, Row, text

TEXT = frozenset({str, type(None)})
OBJECT = frozenset({dict, type(None)})


@dataclass
class Table:
    """Objects as the source sent them, and columns that come from around them."""

    objects: list[Row] = field(default_factory=list)
    around: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def add(self, objects: Sequence[Row], around: Row) -> None:
        """Objects of one parent."""
        self.objects += objects
        count = len(objects)
        for name, value in around.items():
            self.around[name] += [value] * count

    def number(self, objects: Sequence[Row], column: str, key: str) -> None:
        """Beside objects just added: the how-many-eth of its key each one is, in `column`."""
        keys = [one[key] for one in objects]
        if len(set(keys)) == len(keys):
            self.around[column] += ["1"] * len(keys)
            return
        seen: Counter[Any] = Counter()
        for one in keys:
            seen[one] += 1
            self.around[column].append(str(seen[one]))

    def frame(self, *without: str) -> pl.DataFrame:
        """Text columns (an ordinal stays a number): an object's fields under its name, as in jsonrows.flat."""
        columns = dict(_texts(self.objects, "", without))
        columns |= {
            name: pl.Series(name, values, pl.Int64 if name == NTH else pl.String)
            for name, values in self.around.items()
        }
        return pl.DataFrame(list(columns.values()))


def _texts(objects: Sequence[Row], prefix: str, without: Sequence[str] = ()) -> Iterator[tuple[str, pl.Series]]:
    for name, values in _columns(objects):
        if name in without:
            continue
        if not prefix and dict in (kinds := set(map(type, values))) and kinds <= OBJECT:
            yield from _texts([value or {} for value in values], f"{name}_")
        else:
            yield prefix + name, pl.Series(prefix + name, _text(values), pl.String)


def _columns(objects: Sequence[Row]) -> Iterable[tuple[str, Sequence[Any]]]:
    """Values by name; objects of one shape, as an API mostly sends them, are turned at once."""
    shapes = set(map(tuple, objects))
    if len(shapes) == 1:
        return zip(shapes.pop(), zip(*(one.values() for one in objects), strict=True), strict=True)
    names = dict.fromkeys(name for shape in shapes for name in shape)
    return ((name, [one.get(name) for one in objects]) for name in names)


def _text(values: Sequence[Any]) -> Sequence[str | None]:
    kinds = set(map(type, values))
    if kinds <= TEXT:
        return values
    return list(map(str, values)) if kinds == {int} else [text(value) for value in values]
