"""Packs: the small files of many pulls of a kind, month by month, in one file per table.

Belongs here: which parquet files hold which pulls, and making packs of them. Keep out: rows' meaning."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors import manifest, store

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
