"""Writes what is news of a pull: its tables, what it refused, and the counts that must balance.

Belongs here: one family's way to files. Keep out: which rows are news (versions, groups, sweep), committing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from connectors.base import Keys, TieoutError
from connectors.landing import engine, manifest, store
from connectors.landing.groups import land_groups
from connectors.landing.intake import Taken
from connectors.landing.manifest import Counts
from connectors.landing.refusals import COLUMNS, refusals_folder
from connectors.landing.sweep import land_deleted
from connectors.landing.versions import land_news


@dataclass
class Outcome:
    """What has been written for a pull that is not committed yet."""

    tables: dict[str, Counts] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    quarantine: dict[str, dict[str, Any]] = field(default_factory=dict)
    totals: dict[str, dict[str, str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def write_family(home: Path, run: engine.Engine, family: Sequence[Taken], sweeps: Sequence[Keys], out: Outcome) -> None:
    """Lands a header with its children, a growing group, or a table of single rows."""
    header = family[0].contract
    for item in family:
        engine.prepare(run, item.contract)
    if header.document:
        land_groups(run, family[0])
    else:
        land_news(run, family[0], family[1:])
    for keys in sweeps:
        if keys.table == header.table:
            land_deleted(run, header, keys)
    for item in family:
        _write(home, run, item, out)


def _write(home: Path, run: engine.Engine, taken: Taken, out: Outcome) -> None:
    table = taken.contract.table
    counts = _counts(run, taken)
    if not counts.balanced():
        raise TieoutError(f"{run.connection}.{table}: rows do not balance, nothing has landed: {counts}")
    out.tables[table] = counts
    if counts.landed + counts.relanded + counts.deleted:
        path = manifest.folder(home, run.connection, run.pull_id) / f"{table}.parquet"
        written = store.temporary(path)
        engine.write(run, taken.contract, str(written))
        out.files[table] = _committed(written, path, counts.landed + counts.relanded + counts.deleted)
        out.totals[table] = engine.totals(run, taken.contract)
    if taken.refused.height:
        path = refusals_folder(home, run.connection, run.pull_id) / f"{table}.parquet"
        written = store.temporary(path)
        _records(run, taken).write_parquet(written, compression="zstd")
        store.commit(written, path)
        out.quarantine[table] = {"name": path.name, "rows": taken.refused.height}
    if taken.unknown:
        out.warnings.append(f"{table}: not in the contract, kept in _extra: {', '.join(sorted(taken.unknown))}")


def _counts(run: engine.Engine, taken: Taken) -> Counts:
    why = engine.counts(run, taken.contract)
    return Counts(
        rows_in=taken.rows_in,
        landed=why.get(engine.NEW, 0),
        unchanged=engine.left_out(run, taken.contract) + taken.repeated,
        quarantined=taken.refused.height,
        deleted=why.get(engine.DELETED, 0),
        relanded=why.get(engine.AGAIN, 0),
    )


def _committed(written: Path, path: Path, rows: int) -> dict[str, Any]:
    about = {"name": path.name, "rows": rows, "bytes": store.size(written), "sha256": store.sha256(written)}
    store.commit(written, path)
    return about


def _records(run: engine.Engine, taken: Taken) -> pl.DataFrame:
    return taken.refused.with_columns(
        _connection=pl.lit(run.connection),
        _pull_id=pl.lit(run.pull_id),
        _pulled_at=pl.lit(run.pulled_at).cast(pl.Datetime("us", "UTC")),
        table_name=pl.lit(taken.contract.table),
    ).select([column for column, _ in COLUMNS])
