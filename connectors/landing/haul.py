"""Runs through a source's items once and keeps what they hold, judged, with the place of every row.

Belongs here: items, their order and their numbering. Keep out: what becomes of the rows (landing)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from connectors.base import Cursor, Failed, Item, Keys, Rows, TieoutError, Warned
from connectors.landing.intake import Maps, Taken, take, together
from connectors.landing.refused import PLACE
from data_contracts.contract import Contract, children

AT_ONCE = 200_000  # rows judged together: enough that the cost of a frame vanishes, few enough for the memory


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
    warnings: list[str] = field(default_factory=list)
    cursor: Mapping[str, Any] | None = None
    rows: int = 0
    rows_of: dict[tuple[str, str], int] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, list[tuple[pl.DataFrame, pl.DataFrame]]] = field(default_factory=dict)

    def collect(self, items: Iterable[Item]) -> None:
        """Takes every item."""
        for item in items:
            if isinstance(item, Rows):
                self._rows(item)
            elif isinstance(item, Keys):
                self.keys.append(item)
            elif isinstance(item, Failed):
                self.failed[item.table] = str(item.error)
            elif isinstance(item, Warned):
                self.warnings.append(item.text)
            elif isinstance(item, Cursor):
                self.cursor = item.value
        self.flush()

    def add(self, table: str, frame: pl.DataFrame, place: pl.DataFrame) -> None:
        """A frame whose rows stand at `place`; frames of one shape are judged together, in their order."""
        waiting = self.waiting.setdefault(table, [])
        if waiting and (
            waiting[0][0].schema != frame.schema or sum(one.height for one, _ in waiting) >= AT_ONCE
        ):
            self._judge(table)
        self.waiting.setdefault(table, []).append((frame, place))
        self.rows += frame.height

    def flush(self) -> None:
        """Judges what still waits."""
        for table in list(self.waiting):
            self._judge(table)

    def _judge(self, table: str) -> None:
        frames, places = zip(*self.waiting.pop(table), strict=True)
        found = take(self.contract(table), pl.concat(frames), pl.concat(places), self.maps, self.sites)
        self.parts.setdefault(table, []).append(found)

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
