"""What the manifests of all pulls say that is asked of every one of them, in one file: a year of nightly pulls of 200
shops is 73,000 small ones.

Only a cache: a manifest never changes once it commits a pull, and what counts is whether it is there. Keep out: what
else a manifest says (manifest.py)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from connectors.landing import manifest, store
from connectors.landing.manifest import Manifest

NAME = "pulls.parquet"
WORTH_WRITING = 100  # new pulls before the file is written again
KEY = ["connection", "pull_id"]
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "kind": pl.String, "connection": pl.String, "pull_id": pl.String, "until": pl.Datetime("us", "UTC"),
    "window_from": pl.String, "window_to": pl.String, "status": pl.String, "table_name": pl.String,
    "rows_in": pl.Int64, "rows_landed": pl.Int64, "rows_unchanged": pl.Int64, "rows_quarantined": pl.Int64,
    "has_file": pl.Boolean, "has_refused": pl.Boolean,
}  # fmt: skip


def pulls(home: Path, *, keep: bool = False) -> pl.DataFrame:
    """A row per committed pull and table (SCHEMA), one without a table for a pull that asked for none; oldest first
    within a connection. `keep`: remember them; only by who holds the home's lock."""
    every = pl.DataFrame(_committed(home), schema=dict.fromkeys(KEY, pl.String), orient="row")
    known = _kept(_file(home))
    unread = every.join(known, on=KEY, how="anti").rows()
    rows = [row for connection, pull_id in unread for row in _rows(manifest.read(home, connection, pull_id))]
    found = pl.concat([known.join(every, on=KEY, how="semi"), pl.DataFrame(rows, schema=SCHEMA, orient="row")])
    if keep and len(unread) >= WORTH_WRITING:
        written = store.temporary(_file(home))
        found.write_parquet(written)
        store.commit(written, _file(home))
    return found.sort(*KEY, "table_name")


def _file(home: Path) -> Path:
    return home / "landing" / manifest.PACKED / NAME


def _committed(home: Path) -> Sequence[tuple[str, str]]:
    return [(name, pull_id) for name in manifest.connections(home) for pull_id in manifest.pulls(home, name)]


def _rows(said: Manifest) -> Iterator[tuple[Any, ...]]:
    of_pull = (
        said.kind, said.connection, said.pull_id, said.until, said.window["since"], said.window["until"], said.status,
    )  # fmt: skip
    for table, counts in said.tables.items():
        yield (
            *of_pull, table, counts.rows_in, counts.landed, counts.unchanged, counts.quarantined, table in said.files,
            table in said.quarantine,
        )  # fmt: skip
    if not said.tables:
        yield (*of_pull, None, 0, 0, 0, 0, False, False)


def _kept(file: Path) -> pl.DataFrame:
    """A file that is not whole, or another release's, is as good as none."""
    try:
        found = pl.read_parquet(file)
    except (FileNotFoundError, pl.exceptions.ComputeError):
        return pl.DataFrame(schema=SCHEMA)
    return found if found.schema == pl.Schema(SCHEMA) else pl.DataFrame(schema=SCHEMA)
