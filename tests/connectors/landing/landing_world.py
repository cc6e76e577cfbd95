"""A made-up source of kind `files` that yields what a test says, and readers of what has landed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import polars as pl

from connectors.base import Item, Rows, Window
from connectors.landing import landing, packing

NOW = datetime(2026, 3, 11, 2, tzinfo=UTC)
SITES = {"S0": "chi"}
DAY = timedelta(days=1)


@dataclass
class Told:
    """Yields the same items on every pull and remembers the windows it was asked for."""

    items: Sequence[Item | Exception]
    values: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    asked: list[Window] = field(default_factory=list)
    kind: ClassVar[str] = "files"

    def tables(self) -> tuple[str, ...]:
        return ()

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        return self.values

    def check(self) -> list[str]:
        return []

    def pull(self, window: Window) -> Iterator[Item]:
        self.asked.append(window)
        for item in self.items:
            if isinstance(item, Exception):
                raise item
            yield item


def rows(table: str, *given: Mapping[str, Any], file: str = "g1") -> Rows:
    """Rows as text, with `given` laid over a valid row of the table."""
    full = [{**VALID[table], **row} for row in given]
    names = list(dict.fromkeys(name for row in full for name in row))
    return Rows(
        table, pl.DataFrame({name: [row.get(name) for row in full] for name in names}, strict=False), file
    )


VALID: dict[str, dict[str, Any]] = {
    "repair_order": {
        "ro_id": "r1",
        "site": "S0",
        "ro_number": "1001",
        "status": "closed",
        "closed_date": "2026-03-10",
        "header_total": "100.00",
        "updated_at": "2026-03-10T12:00:00Z",
    },
    "ro_line": {
        "ro_id": "r1",
        "line_id": "1",
        "line_type": "part",
        "gross_amount": "100.00",
        "net_amount": "100.00",
    },
    "ro_tax": {"ro_id": "r1", "jurisdiction": "IL", "tax_amount": "0.00"},
    "tender": {
        "tender_id": "t1",
        "site": "S0",
        "kind": "final",
        "method": "cash",
        "amount": "100.00",
        "business_date": "2026-03-10",
        "updated_at": "2026-03-10T12:00:00Z",
    },
    "phone_number": {"number": "+13125550100", "site": "S0"},
    "control_total": {"site": "S0", "business_date": "2026-03-10", "name": "ro_count", "value": "7"},
}


def pull(home: Path, *items: Item | Exception, days: int = 0, **more: Any) -> landing.PullResult:
    """One pull of connection `dms`, some days after the first."""
    return landing.pull(home, "dms", Told(items), SITES, NOW + days * DAY, **more)


def landed(
    home: Path, table: str, order: str = "_key, _order, line_id", kind: str = "files"
) -> list[dict[str, Any]]:
    """All landed rows of a table as readers get them, each once."""
    pulls = [(item.connection, item.pull_id) for item in landing.manifests(home)]
    found = packing.files_for(home, pulls).get((kind, table), [])
    con = duckdb.connect()
    con.sql("set TimeZone = 'UTC'")
    parts = []
    for path, ids in found:
        where = "true" if ids is None else "_pull_id in ('" + "','".join(sorted(ids)) + "')"
        parts.append(f"select * from '{path}' where {where}")
    if not parts:
        return []
    frame = con.sql(f"select * from ({' union all by name '.join(parts)})")
    keys = [key.strip() for key in order.split(",") if key.strip() in frame.columns]
    ordered = frame.order(", ".join(keys))
    return [dict(zip(ordered.columns, row, strict=True)) for row in ordered.fetchall()]


def newest(home: Path, table: str) -> dict[Any, dict[str, Any]]:
    """Newest version by key, those that are deleted left out."""
    found: dict[Any, dict[str, Any]] = {}
    for row in sorted(landed(home, table), key=lambda row: row["_order"]):
        found[row["_key"]] = row
    return {key: row for key, row in found.items() if not row["_is_deleted"]}
