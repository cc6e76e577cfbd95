"""One pull: what a source yields, judged, made into versions, written, and committed by its manifest.

Belongs here: the order of those steps; nobody else writes landing. Keep out: each step's own rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from connectors import engine, manifest, store
from connectors.base import Keys, Source, SourceError, TieoutError, Window
from connectors.documents import group, settle
from connectors.groups import land_groups
from connectors.haul import Haul
from connectors.intake import Taken
from connectors.locks import hold, shared
from connectors.manifest import REST, Counts, Manifest, manifests
from connectors.packing import PACKING, stored_files
from connectors.refusals import COLUMNS, mark_replayed, refusals_folder
from connectors.sweep import land_deleted
from connectors.versions import land_news
from data_contracts.contract import Contract, ContractError, load
from data_contracts.landed import duckdb_columns

__all__ = ["PullResult", "contracts", "duckdb_columns", "land", "manifests", "pull"]


@dataclass(frozen=True)
class PullResult:
    """What a pull did; `failed` names what stopped, `warnings` fields that the contracts do not know."""

    connection: str
    kind: str
    pull_id: str
    tables: dict[str, Counts]
    failed: dict[str, str]
    warnings: list[str]

    @property
    def quarantined(self) -> int:
        """Rows refused in all tables."""
        return sum(counts.quarantined for counts in self.tables.values())


@dataclass
class Outcome:
    """What has been written for a pull that is not committed yet."""

    tables: dict[str, Counts] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    quarantine: dict[str, dict[str, Any]] = field(default_factory=dict)
    totals: dict[str, dict[str, str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def pull(
    home: Path,
    connection: str,
    source: Source,
    sites: Mapping[str, Any],
    now: datetime,
    dates: tuple[date, date] | None = None,
    sweep: bool = False,
) -> PullResult:
    """Pulls a connection once and commits it; with a SourceError nothing has landed."""
    with hold(home, connection), shared(home, PACKING):
        clear_uncommitted(home, connection)
        last = manifest.newest(home, connection)
        look = manifest.window(last, now, dates, sweep)
        haul = Haul(contracts(source.kind), look.until, source.maps(), sites)
        try:
            haul.collect(source.pull(look))
        except SourceError as error:
            raise SourceError(f"{connection}: {error}") from error
        spread_failures(haul)
        note_missing(haul)
        return land(home, connection, source.kind, haul, settled(haul), state(haul, look, last), now)


def contracts(kind: str) -> dict[str, Contract]:
    """A kind's contracts; a broken one is an error for people."""
    try:
        return load(kind)
    except ContractError as error:
        raise TieoutError(str(error)) from error


def clear_uncommitted(home: Path, connection: str) -> None:
    """Removes what pulls left that were killed before their manifest, and ends what they left half done."""
    committed = set(manifest.pulls(home, connection))
    for base in (manifest.folder(home, connection), refusals_folder(home, connection)):
        for name in store.names(base):
            if name not in committed:
                store.remove(base / name)
    last = manifest.newest(home, connection)
    if last:
        mark_replayed(home, last)


def spread_failures(haul: Haul) -> None:
    """A document lands whole or not at all: with one of its tables all of them stop."""
    for table in [name for name in haul.failed if name in haul.contracts]:
        for contract in haul.family(table):
            haul.failed.setdefault(contract.table, f"stopped with {table}: {haul.failed[table]}")
            haul.parts.pop(contract.table, None)
    haul.keys = [item for item in haul.keys if item.table not in haul.failed]


def note_missing(haul: Haul) -> None:
    """A table whose source sends no required column has failed, though its rows are kept in quarantine."""
    for table, parts in haul.parts.items():
        names = sorted(set().union(*(part.missing for part in parts)))
        if names:
            haul.failed[table] = f"the source sends no column {', '.join(names)}: its rows are in quarantine"


def state(haul: Haul, look: Window, last: Manifest | None) -> dict[str, Any]:
    """Window, cursor and where each table continues; a re-read of dates moves nothing on."""
    before = last.since if last else {REST: None}
    stopped = sorted(haul.failed.keys() & haul.contracts.keys())
    since = {table: before.get(table, before[REST]) for table in stopped}
    stays = look.dates is not None
    cursor = haul.cursor if haul.cursor is not None and not stays else look.cursor
    return {
        "window": {
            "since": look.since.isoformat() if look.since else None,
            "until": look.until.isoformat(),
            "dates": [day.isoformat() for day in look.dates] if look.dates else None,
            "sweep": look.sweep,
        },
        "since": before if stays else {REST: look.until.isoformat(), **since},
        "cursor": dict(cursor),
    }


def settled(haul: Haul) -> list[list[Taken]]:
    """All rows by what lands together, headers first, rows of refused documents refused."""
    haul.flush()
    heads = {haul.family(table)[0].table for table in [*haul.parts, *(keys.table for keys in haul.keys)]}
    found = []
    for table in sorted(heads):
        family = haul.family(table)
        taken = {contract.table: haul.table(contract.table) for contract in family}
        if family[0].document:
            taken = {table: group(taken[table])}
        elif len(family) > 1:
            taken = settle(family[0], taken, haul.maps)
        found.append(list(taken.values()))
    return found


def land(
    home: Path,
    connection: str,
    kind: str,
    haul: Haul,
    families: list[list[Taken]],
    state: dict[str, Any],
    now: datetime,
    replayed: dict[str, dict[str, list[int]]] | None = None,
) -> PullResult:
    """Writes everything that is news, then the manifest."""
    name = manifest.pull_id(connection, haul.bound)
    run = engine.start(connection, name, now, haul.bound, stored_files(home, kind, connection))
    out = Outcome()
    for family in families:
        _family(home, run, family, haul.keys, out)
    commit = Manifest(
        kind=kind,
        connection=connection,
        pull_id=name,
        pulled_at=now.isoformat(),
        status="partial" if haul.failed else "complete",
        contracts={table: haul.contracts[table].version for table in out.tables},
        tables=out.tables,
        totals=out.totals,
        files=out.files,
        quarantine=out.quarantine,
        failed=haul.failed,
        warnings=out.warnings,
        replayed=replayed or {},
        **state,
    )
    manifest.write(home, commit)
    mark_replayed(home, commit)
    return PullResult(connection, kind, name, out.tables, haul.failed, out.warnings)


def _family(home: Path, run: engine.Engine, family: list[Taken], sweeps: list[Keys], out: Outcome) -> None:
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
        out.warnings.append(
            f"{table}: not in the contract, kept in _extra: {', '.join(sorted(taken.unknown))}"
        )


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
        status=pl.lit("open"),
    ).select([column for column, _ in COLUMNS])
