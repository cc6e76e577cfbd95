"""What was refused: the list people work from, and taking rows again after a map, site or contract was fixed.

Belongs here: reading quarantine and replaying it. Keep out: why rows are refused, how they land."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from connectors import manifest, store
from connectors.base import Source
from connectors.haul import Haul
from connectors.intake import PLACE, Taken
from connectors.landing import PullResult, clear_uncommitted, contracts, land, settled
from connectors.locks import hold, shared
from connectors.packing import PACKING
from connectors.refusals import COLUMNS, refusals_folder
from data_contracts.raw import from_raw
from data_contracts.rules import names_in_order

DUCKDB_COLUMNS = COLUMNS
SAME = ["_connection", "table_name", "key", "rule", "column_name", "raw"]


@dataclass(frozen=True)
class Replay:
    """How many refused rows were taken now, how many stay; `result` is None when none was taken."""

    taken: int
    still_open: int
    result: PullResult | None


def files(home: Path, connection: str | None = None) -> list[Path]:
    """Files of refused rows of committed pulls."""
    found = []
    for name in [connection] if connection else store.names(home / "quarantine"):
        for pull_id in manifest.pulls(home, name):
            place = refusals_folder(home, name, pull_id)
            found += [place / file for file in store.names(place) if file.endswith(".parquet")]
    return found


def fingerprint(home: Path) -> str:
    """Changes when anything is refused or replayed."""
    seen = [f"{path.relative_to(home)} {store.sha256(path)}" for path in files(home)]
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()


def rows(home: Path, connection: str | None = None, status: str = "open") -> pl.DataFrame:
    """Refused rows; one that was refused again by later pulls stands once, as last seen, with its `times`."""
    found = _all(home, connection).filter(pl.col("status") == status)
    times = found.group_by(SAME).agg(times=pl.len())
    last = found.sort("_pulled_at").unique(SAME, keep="last", maintain_order=True)
    return last.join(times, on=SAME, nulls_equal=True, maintain_order="left").drop("_at", "_path")


def summary(home: Path, connection: str | None = None) -> pl.DataFrame:
    """Open rows by connection, table, rule and column: how many, since when, how much money, an example."""
    by = ["_connection", "table_name", "rule", "column_name"]
    return (
        rows(home, connection)
        .group_by(by)
        .agg(
            rows=pl.len(),
            first=pl.col("_pulled_at").min(),
            last=pl.col("_pulled_at").max(),
            amount=pl.col("amount").sum(),
            example=pl.col("message").first(),
        )
        .sort(by)
    )


def replay(home: Path, connection: str, source: Source, sites: Mapping[str, Any], now: datetime) -> Replay:
    """Judges open rows again by today's rules; what passes lands in its old place in time."""
    with hold(home, connection), shared(home, PACKING):
        clear_uncommitted(home, connection)
        last = manifest.newest(home, connection)
        refused = _all(home, connection).filter(pl.col("status") == "open")
        if last is None or refused.is_empty():
            return Replay(0, 0, None)
        look = manifest.window(last, now, None, sweep=False)
        haul = Haul(contracts(source.kind), look.until, source.maps(), sites)
        refused = refused.with_columns(_id=pl.int_range(pl.len(), dtype=pl.Int64))
        for _, part in refused.group_by("table_name", "_pull_id", "_file", "_page", maintain_order=True):
            _again(haul, part)
        families = [[_passed(item) for item in family] for family in settled(haul)]
        passed = pl.concat([item.valid.select("_id") for family in families for item in family])
        taken = refused.join(passed, on="_id", how="semi")
        stay = refused.height - taken.height
        if taken.is_empty():
            return Replay(0, stay, None)
        state = {
            "window": {"since": last.until.isoformat(), "until": look.until.isoformat()},
            "since": last.since,
            "cursor": last.cursor,
        }
        result = land(home, connection, source.kind, haul, families, state, now, _places(taken))
        return Replay(taken.height, stay, result)


def _all(home: Path, connection: str | None) -> pl.DataFrame:
    """Every refused row with its file and its place there."""
    schema = {"_at": pl.Int64, "_path": pl.String}
    parts = [
        pl.read_parquet(path).with_columns(
            _at=pl.int_range(pl.len(), dtype=pl.Int64), _path=pl.lit(str(path))
        )
        for path in files(home, connection)
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema={**_SCHEMA, **schema})


_POLARS = {
    "VARCHAR": pl.String(),
    "BIGINT": pl.Int64(),
    "DATE": pl.Date(),
    "TIMESTAMPTZ": pl.Datetime("us", "UTC"),
    "DECIMAL(14,2)": pl.Decimal(14, 2),
}
_SCHEMA = {name: _POLARS[type_] for name, type_ in COLUMNS}


def _again(haul: Haul, part: pl.DataFrame) -> None:
    table = part["table_name"][0]
    frame = from_raw(part["raw"].to_list(), names_in_order(haul.contract(table)))
    batch = pl.concat_str("_pull_id", "_file", separator="|")
    haul.add(table, frame, part.with_columns(_batch=batch, _origin="_pull_id").select(*PLACE))


def _passed(item: Taken) -> Taken:
    """Rows that are still refused stay where they are: they are not of this pull."""
    item.rows_in = item.valid.height + item.repeated
    item.refused = item.refused.clear()
    return item


def _places(taken: pl.DataFrame) -> dict[str, dict[str, list[int]]]:
    """Pull -> table -> places of the rows in its file."""
    found: dict[str, dict[str, list[int]]] = {}
    for pull_id, table, at in taken.select("_pull_id", "table_name", "_at").iter_rows():
        found.setdefault(pull_id, {}).setdefault(table, []).append(at)
    return found
