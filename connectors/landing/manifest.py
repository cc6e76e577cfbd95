"""The manifest that commits a pull, and what the newest one says about where the next pull begins.

Belongs here: manifest files and the window they give. Keep out: rows, parquet, contracts' rules."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.base import TieoutError, Window
from connectors.landing import store

MANIFEST = "manifest.json"
PACKED = "_packed"
REST = "*"  # in `since`: all tables that are not named


@dataclass
class Counts:
    """Rows of one table in one pull: rows_in = landed + unchanged + quarantined. The others stand apart."""

    rows_in: int = 0
    landed: int = 0
    unchanged: int = 0
    quarantined: int = 0
    deleted: int = 0
    relanded: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    def balanced(self) -> bool:
        """Whether no row was lost and none invented."""
        return self.rows_in == self.landed + self.unchanged + self.quarantined


@dataclass(frozen=True)
class Manifest:
    """One committed pull. `since` says per table where the next pull continues; `files` are per table;
    `marks` what it makes of rows that earlier pulls refused: status -> pull -> table -> places in the file."""

    kind: str
    connection: str
    pull_id: str
    pulled_at: str
    window: dict[str, Any]
    since: dict[str, str | None]
    cursor: dict[str, Any]
    status: str
    contracts: dict[str, str] = field(default_factory=dict)
    tables: dict[str, Counts] = field(default_factory=dict)
    totals: dict[str, dict[str, str]] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    quarantine: dict[str, dict[str, Any]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    marks: dict[str, dict[str, dict[str, list[int]]]] = field(default_factory=dict)

    @property
    def until(self) -> datetime:
        """Frozen upper bound of the pull."""
        return datetime.fromisoformat(self.window["until"])

    @property
    def window_since(self) -> datetime | None:
        """Where the pull began to look; None when it read everything."""
        since = self.window["since"]
        return datetime.fromisoformat(since) if since else None

    @property
    def window_until(self) -> datetime:
        """The same as `until`."""
        return self.until


FIELDS = tuple(one.name for one in fields(Manifest))


def folder(home: Path, connection: str, pull_id: str = "") -> Path:
    """Where a connection, or one pull of it, has landed."""
    return home / "landing" / connection / pull_id


def pulls(home: Path, connection: str) -> list[str]:
    """Committed pull ids of a connection, oldest first."""
    base = folder(home, connection)
    return store.holding(base, MANIFEST)


def connections(home: Path) -> list[str]:
    """Connections that have landed anything."""
    return [name for name in store.names(home / "landing") if name != PACKED]


def read(home: Path, connection: str, pull_id: str) -> Manifest:
    """One manifest; what another version of Tieout says beyond the fields of this one is left out."""
    said = json.loads(store.read_text(folder(home, connection, pull_id) / MANIFEST))
    known = {name: said[name] for name in FIELDS if name in said}
    tables = {table: Counts(**counts) for table, counts in said["tables"].items()}
    return Manifest(**{**known, "tables": tables})


def manifests(home: Path, connection: str | None = None) -> list[Manifest]:
    """Every committed pull, of one connection or of all, oldest first within a connection. What is asked of very many
    stands in one file (index.py)."""
    names = [connection] if connection else connections(home)
    return [read(home, name, pull_id) for name in names for pull_id in pulls(home, name)]


def newest(home: Path, connection: str) -> Manifest | None:
    """The last committed pull of a connection."""
    base = folder(home, connection)
    for name in reversed(store.names(base)):
        if store.exists(base / name / MANIFEST):
            return read(home, connection, name)
    return None


def write(home: Path, manifest: Manifest) -> None:
    """Commits the pull."""
    path = folder(home, manifest.connection, manifest.pull_id) / MANIFEST
    store.write_text(path, json.dumps(asdict(manifest), indent=1, ensure_ascii=False))
    store.flush(folder(home, manifest.connection))


def window(
    last: Manifest | None,
    now: datetime,
    dates: tuple[date, date] | None,
    sweep: bool,
    start: datetime | None = None,
) -> Window:
    """What the next pull may look at; its bound is later than the last one's even if the clock went back.

    `start`: where the first pull of all begins to look, instead of at the beginning of time."""
    if now.tzinfo is None:
        raise TieoutError(f"the time of a pull needs an offset, got {now.isoformat()}")
    until = now.astimezone(UTC)
    if last is None:
        return Window(start, until, {}, sweep, dates)
    until = max(until, last.until + timedelta(microseconds=1))
    return Window(oldest(last.since), until, last.cursor, sweep, dates)


def oldest(since: Mapping[str, str | None]) -> datetime | None:
    """The earliest instant that some table still continues from; None when one was never read."""
    instants = [datetime.fromisoformat(text) if text else None for text in since.values()]
    known = [instant for instant in instants if instant]
    return min(known) if len(known) == len(instants) and known else None


def stamp(instant: datetime) -> str:
    """An instant as it stands in pull ids and `_order`."""
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")


def pull_id(connection: str, until: datetime) -> str:
    """Name of the pull's folder: its bound, and digits that tell the hundreds of connections of one night apart."""
    digits = hashlib.md5(f"{connection}|{stamp(until)}".encode(), usedforsecurity=False).hexdigest()
    return f"{stamp(until)}-{digits[:12]}"
