"""Nested JSON as tables, a column at a time: what is said in whole lists of objects costs a fifth of what rows cost.

Belongs here: objects of one table, and what they take from the object around them. Keep out: requests, meanings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any

import polars as pl

from connectors.reading.jsonrows import NTH, Row, text

TEXT = frozenset({str, type(None)})
OBJECT = frozenset({dict, type(None)})


@dataclass
class Table:
    """Objects as the source sent them, and columns that come from around them; `owners` says in the how-many-eth object
    of the table around it each one stands."""

    objects: Sequence[Row]
    around: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    owners: Sequence[int] = ()

    def inside(self, name: str, around: Mapping[str, Sequence[Any]]) -> Table:
        """The objects of the arrays `name`; `around` has one value for each object that holds such an array."""
        arrays = [one.get(name) or () for one in self.objects]
        counts = list(map(len, arrays))

        def repeated(values: Iterable[Any]) -> list[Any]:
            return list(chain.from_iterable(map(repeat, values, counts)))

        columns = {column: repeated(values) for column, values in around.items()}
        return Table(list(chain.from_iterable(arrays)), columns, repeated(range(len(arrays))))

    def ids(self) -> list[str]:
        return [str(one["id"]) for one in self.objects]

    def numbered(self, column: str) -> Table:
        """With the how-many-eth of its id each object is where it stands, in `column`."""
        keys = [(owner, one["id"]) for owner, one in zip(self.owners, self.objects, strict=True)]
        if len(set(keys)) == len(keys):
            return Table(self.objects, {**self.around, column: ["1"] * len(keys)}, self.owners)
        seen: Counter[tuple[int, Any]] = Counter()
        nth = []
        for key in keys:
            seen[key] += 1
            nth.append(str(seen[key]))
        return Table(self.objects, {**self.around, column: nth}, self.owners)

    def frame(self, *without: str) -> pl.DataFrame:
        """Text columns (an ordinal stays a number): an object's fields under its name, as in jsonrows.flat. None where
        there are no objects: nobody knows their fields."""
        if not self.objects:
            return pl.DataFrame()
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
        kinds = set(map(type, values))
        if not prefix and dict in kinds and kinds <= OBJECT:
            yield from _texts([value or {} for value in values], f"{name}_")
        else:
            yield prefix + name, pl.Series(prefix + name, _text(values, kinds), pl.String)


def _columns(objects: Sequence[Row]) -> Iterable[tuple[str, Sequence[Any]]]:
    """Values by name; objects of one shape, as an API mostly sends them, are turned at once."""
    shapes = set(map(tuple, objects))
    if len(shapes) == 1:
        return zip(shapes.pop(), zip(*(one.values() for one in objects), strict=True), strict=True)
    names = dict.fromkeys(name for shape in shapes for name in shape)
    return ((name, [one.get(name) for one in objects]) for name in names)


def _text(values: Sequence[Any], kinds: set[type]) -> Sequence[str | None]:
    if kinds <= TEXT:
        return values
    return list(map(str, values)) if kinds == {int} else [text(value) for value in values]
