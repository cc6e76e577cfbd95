"""Runs through a source's items once and keeps what they hold, judged, with the place of every row.

Belongs here: items, their order and their numbering. Keep out: what becomes of the rows (landing)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from connectors.base import Cursor, Failed, Item, Keys, Rows, TieoutError
from connectors.intake import PLACE, Maps, Taken, take, together
from data_contracts.contract import Contract, children


@dataclass
class Haul:
    """What one run gave. `failed` names what stopped; a failed table's rows are not landed."""

    contracts: Mapping[str, Contract]
    bound: datetime
    maps: Maps
    sites: Mapping[str, Any]
    parts: dict[str, list[Taken]] = field(default_factory=dict)
    keys: list[Keys] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    cursor: Mapping[str, Any] | None = None
    rows: int = 0
    rows_of: dict[tuple[str, str], int] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)

    def collect(self, items: Iterable[Item]) -> None:
        """Takes every item."""
        for item in items:
            if isinstance(item, Rows):
                self._rows(item)
            elif isinstance(item, Keys):
                self.keys.append(item)
            elif isinstance(item, Failed):
                self.failed[item.table] = str(item.error)
            elif isinstance(item, Cursor):
                self.cursor = item.value

    def add(self, table: str, frame: pl.DataFrame, place: pl.DataFrame) -> None:
        """Judges a frame whose rows stand at `place`."""
        found = take(self.contract(table), frame, place, self.maps, self.sites)
        self.parts.setdefault(table, []).append(found)
        self.rows += frame.height

    def contract(self, table: str) -> Contract:
        """A table's contract; without one nothing can be landed."""
        if table not in self.contracts:
            raise TieoutError(
                f"table {table!r} has no contract: known are {', '.join(sorted(self.contracts))}"
            )
        return self.contracts[table]

    def table(self, table: str) -> Taken:
        """All rows of a table."""
        return together(self.contract(table), self.parts.get(table, []))

    def family(self, table: str) -> list[Contract]:
        """The contracts whose rows land or fail together with this table's, the header first."""
        contract = self.contract(table)
        parent = contract.document.parent if contract.document else None
        header = self.contract(parent) if parent else contract
        return [header, *children(self.contracts, header.table)]

    def _rows(self, item: Rows) -> None:
        contract = self.contract(item.table)
        head = self.family(item.table)[0].table
        if item.table == head:
            self.pages[head] = self.pages.get(head, 0) + 1
        counted = (item.table, item.file if contract.file_like else "")
        first = self.rows_of.get(counted, 0)
        self.rows_of[counted] = first + item.frame.height
        place = pl.select(
            _id=pl.int_range(self.rows, self.rows + item.frame.height, dtype=pl.Int64),
            _row=pl.int_range(first, first + item.frame.height, dtype=pl.Int64),
            _file=pl.lit(item.file),
            _page=pl.lit(self.pages.get(head, 0), pl.Int64),
            _batch=pl.lit(item.file),
            _bound=pl.lit(self.bound).cast(PLACE["_bound"]),
            _origin=pl.lit(""),
        )
        self.add(item.table, item.frame, place)
