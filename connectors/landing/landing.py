"""One pull: what a source yields, judged, made into versions, written, and committed by its manifest.

Belongs here: the order of those steps; with writing.py nobody else writes landing. Keep out: each step's rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from connectors.base import Source, SourceError, TieoutError, Window
from connectors.landing import engine, manifest, refusals, store
from connectors.landing.documents import group, settle
from connectors.landing.haul import Haul
from connectors.landing.intake import Taken
from connectors.landing.manifest import REST, Counts, Manifest, manifests
from connectors.landing.packing import PACKING, stored_files
from connectors.landing.standing import Marks, carry_on
from connectors.landing.writing import Outcome, write_family
from connectors.locks import shared, turn
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


def pull(
    home: Path,
    connection: str,
    source: Source,
    sites: Mapping[str, Any],
    now: datetime,
    dates: tuple[date, date] | None = None,
    sweep: bool = False,
    *,
    start: datetime | None = None,
    backfill: bool = False,
) -> PullResult:
    """Pulls a connection once and commits it; with a SourceError nothing has landed.

    `start`: where a connection's first pull begins to look; `backfill`: its manifest says that it was one."""
    with turn(home, connection), shared(home, PACKING):
        clear_uncommitted(home, connection)
        last = manifest.newest(home, connection)
        look = manifest.window(last, now, dates, sweep, start)
        haul = Haul(contracts(source.kind), look.until, source.maps(), sites)
        try:
            haul.collect(source.pull(look))
        except SourceError as error:
            raise SourceError(f"{connection}: {error}") from error
        spread_failures(haul)
        note_missing(haul)
        families = settled(haul)
        marks = carry_on(refusals.read(home, connection), families, haul.keys, now)
        return land(home, connection, source.kind, haul, families, state(haul, look, last, backfill), now, marks)


def contracts(kind: str) -> dict[str, Contract]:
    """A kind's contracts; a broken one is an error for people."""
    try:
        return load(kind)
    except ContractError as error:
        raise TieoutError(str(error)) from error


def clear_uncommitted(home: Path, connection: str) -> None:
    """Removes what pulls left that were killed before their manifest, and ends what they left half done."""
    committed = set(manifest.pulls(home, connection))
    for base in (manifest.folder(home, connection), refusals.refusals_folder(home, connection)):
        for name in store.names(base):
            if name not in committed:
                store.remove(base / name)
    last = manifest.newest(home, connection)
    if last:
        refusals.mark(home, last)


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


def state(haul: Haul, look: Window, last: Manifest | None, backfill: bool) -> dict[str, Any]:
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
            "backfill": backfill,
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
    marks: Marks,
) -> PullResult:
    """Writes everything that is news, then the manifest."""
    name = manifest.pull_id(connection, haul.bound)
    run = engine.start(connection, name, now, haul.bound, stored_files(home, kind, connection))
    out = Outcome(warnings=list(haul.warnings))
    for family in families:
        write_family(home, run, family, haul.keys, out)
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
        marks=marks,
        **state,
    )
    manifest.write(home, commit)
    refusals.mark(home, commit)
    return PullResult(connection, kind, name, out.tables, haul.failed, out.warnings)
