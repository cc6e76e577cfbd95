"""Packs: the small files of many pulls of a kind, month by month, in one file per table.

Belongs here: which parquet files hold which pulls, and making packs of them. Keep out: rows' meaning."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from connectors.landing import index, manifest, store
from connectors.landing.engine import text
from connectors.locks import hold

PACKING = "packing"  # name of the lock that pulls share and packing holds alone
Pull = tuple[str, str]  # connection, pull id
Files = dict[tuple[str, str], list[tuple[Path, frozenset[str] | None]]]


@dataclass(frozen=True)
class Pack:
    """One kind's month: the pulls it replaces and a file per table that holds their rows."""

    kind: str
    month: str
    generation: int
    pulls: tuple[Pull, ...]
    tables: Mapping[str, dict[str, Any]]  # name, rows, bytes, sha256


def base(home: Path) -> Path:
    """Folder of all packs."""
    return home / "landing" / manifest.PACKED


def packs(home: Path, kind: str | None = None) -> list[Pack]:
    """Committed packs."""
    found = []
    for name in store.names(base(home)):
        if name.endswith(".json") and (kind is None or name.rpartition("__")[0] == kind):
            said = json.loads(store.read_text(base(home) / name))
            found.append(Pack(**{**said, "pulls": tuple(tuple(pull) for pull in said["pulls"])}))
    return found


def files_for(home: Path, pulls: Iterable[Pull]) -> Files:
    """(kind, table) -> files that hold the rows of the pulls, each row in exactly one of them.

    With a file stand the ids of the pulls to read out of it; None: all its rows. Ids are unique in a pack."""
    wanted = set(pulls)
    found: Files = {}
    for pack in packs(home):
        here = wanted & set(pack.pulls)
        wanted -= here
        for table, about in pack.tables.items():
            if here:
                part = None if len(here) == len(pack.pulls) else frozenset(pull_id for _, pull_id in here)
                found.setdefault((pack.kind, table), []).append(
                    (_path(home, pack, table, about["name"]), part)
                )
    for connection, pull_id in sorted(wanted):
        said = manifest.read(home, connection, pull_id)
        for table, about in said.files.items():
            path = manifest.folder(home, connection, pull_id) / about["name"]
            found.setdefault((said.kind, table), []).append((path, None))
    return found


def stored_files(home: Path, kind: str, connection: str) -> dict[str, list[str]]:
    """Table -> files that hold rows of this connection, others' rows among them."""
    found: dict[str, list[str]] = {}
    packed: set[Pull] = set()
    for pack in packs(home, kind):
        here = {pull for pull in pack.pulls if pull[0] == connection}
        packed |= here
        for table, about in pack.tables.items() if here else ():
            found.setdefault(table, []).append(str(_path(home, pack, table, about["name"])))
    for pull_id in manifest.pulls(home, connection):
        if (connection, pull_id) not in packed:
            place = manifest.folder(home, connection, pull_id)
            for name in store.names(place):
                if name.endswith(".parquet"):
                    found.setdefault(name.removesuffix(".parquet"), []).append(str(place / name))
    return found


def _path(home: Path, pack: Pack, table: str, name: str) -> Path:
    return base(home) / f"{pack.kind}__{table}" / name


def pack(home: Path, kind: str, before: datetime) -> list[Pack]:
    """Packs what pulls of a kind landed before an instant, and removes the files that packs replace.

    Raises Held while anything is pulled. Whoever reads files_for must hold the home's lock while reading."""
    with hold(home, PACKING):
        _clear(home, kind)
        made = [
            _extend(home, kind, month, pulls)
            for month, pulls in sorted(_unpacked(home, kind, before).items())
        ]
        _clear(home, kind)
    return made


def _unpacked(home: Path, kind: str, before: datetime) -> dict[str, list[manifest.Manifest]]:
    """Month -> pulls with files of their own; two pulls of one id never get into the same pack."""
    packed = {pull for pack in packs(home, kind) for pull in pack.pulls}
    ids = {pull_id for _, pull_id in packed}
    found: dict[str, list[manifest.Manifest]] = {}
    rows = index.pulls(home).filter(pl.col("kind") == kind, "has_file", pl.col("until") < before)
    for connection, pull_id in rows.select(index.KEY).unique(maintain_order=True).rows():
        if pull_id not in ids:
            ids.add(pull_id)
            found.setdefault(pull_id[:6], []).append(manifest.read(home, connection, pull_id))
    return found


def _extend(home: Path, kind: str, month: str, pulls: list[manifest.Manifest]) -> Pack:
    """Writes the month's files under a new generation, then commits them by the pack's manifest."""
    old = next((pack for pack in packs(home, kind) if pack.month == month), Pack(kind, month, 0, (), {}))
    generation = old.generation + 1
    sources: dict[str, list[Path]] = {
        table: [_path(home, old, table, about["name"])] for table, about in old.tables.items()
    }
    for said in pulls:
        for table, about in said.files.items():
            place = manifest.folder(home, said.connection, said.pull_id)
            sources.setdefault(table, []).append(place / about["name"])
    name = f"{month}.{generation}.parquet"
    tables = {
        table: _merge(base(home) / f"{kind}__{table}" / name, found) for table, found in sources.items()
    }
    members = (*old.pulls, *((said.connection, said.pull_id) for said in pulls))
    new = Pack(kind, month, generation, tuple(sorted(members)), tables)
    store.write_text(base(home) / f"{kind}__{month}.json", json.dumps(asdict(new), indent=1))
    return new


def _merge(path: Path, sources: list[Path]) -> dict[str, Any]:
    written = store.temporary(path)
    listed = ", ".join(text(str(source)) for source in sources)
    parquet = f"read_parquet([{listed}], union_by_name = true)"
    rows = f"select * from {parquet} order by _connection, _pull_id, _row"
    with duckdb.connect() as con:
        con.sql(f"copy ({rows}) to {text(str(written))} (format parquet, compression zstd)")
        found = con.sql(f"select count(*) from read_parquet({text(str(written))})").fetchall()[0][0]
    about = {"name": path.name, "rows": found, "bytes": store.size(written), "sha256": store.sha256(written)}
    store.commit(written, path)
    return about


def _clear(home: Path, kind: str) -> None:
    """Removes files that no manifest of a pack names, and files of pulls that a pack has replaced."""
    found = packs(home, kind)
    named = {
        _path(home, pack, table, about["name"]) for pack in found for table, about in pack.tables.items()
    }
    for folder in store.names(base(home)):
        if folder.startswith(f"{kind}__") and not folder.endswith(".json"):
            for name in store.names(base(home) / folder):
                if base(home) / folder / name not in named:
                    store.remove(base(home) / folder / name)
    for connection, pull_id in {pull for pack in found for pull in pack.pulls}:
        place = manifest.folder(home, connection, pull_id)
        for name in store.names(place):
            if name.endswith(".parquet"):
                store.remove(place / name)
