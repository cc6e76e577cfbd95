"""Puts a good build where readers see it: a new version, then one swap. Killed anywhere, it can run again.

Keep out: what the files hold (marts.py), and judging the build."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors import locks
from connectors.base import TieoutError
from connectors.landing import store
from orchestration import marts, report_code
from orchestration.closing import journal, stored
from orchestration.closing.journal import Journal

KEPT = 7
Step = Callable[[str], None]


class PublishRefused(TieoutError):
    """The build is not fit to be read; the last good one stays."""


@dataclass(frozen=True)
class Published:
    """What readers see. `written` counts marts with new files; the rest are linked."""

    version: str
    build_id: str
    marts: int
    written: int = 0
    nothing_new: bool = False
    seconds: float = 0.0


def current(home: Path) -> Published | None:
    """What is published now; None before the first time."""
    told = _manifest(home)
    if not told or not (home / "published" / "current.duckdb").is_file():
        return None
    return Published(told["version"], told["build_id"], len(told["marts"]), nothing_new=True)


def _manifest(home: Path) -> dict[str, Any]:
    file = home / "published" / "current" / "manifest.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def publish(
    home: Path,
    *,
    failures: Collection[str] = (),
    now: datetime | None = None,
    step: Step = lambda _: None,
) -> Published:
    """Publish what the last build left in the warehouse, once, if it is whole and its checks have passed.

    `failures` say why it is not, where that is known. `step` is told of each durable step before it is taken."""
    started = time.monotonic()
    with locks.locked(home / "home.lock", "the warehouse"):
        build_id, whole = marts.build_of(home / "warehouse.duckdb")
        before = current(home)
        if not whole:
            raise PublishRefused(_refusal(build_id, failures, before))
        told = journal.read(home)
        if before and _is_published(home, before, build_id, told.head):
            return before
        version = f"{now or datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
        made = _make(home, version, build_id, told, step)
        _swap(home / "published", version, step)
        _prune(home)
    written = sum(not mart.linked for mart in made)
    return Published(version, build_id, len(made), written, seconds=time.monotonic() - started)


def _snapshot(home: Path) -> Path:
    return home / "published" / "current.duckdb"


def _is_published(home: Path, before: Published, build_id: str, head: str) -> bool:
    """Readers see this build, and the close journal as it is."""
    is_told = _manifest(home).get("journal", journal.FIRST) == head
    return is_told and before.build_id == build_id and marts.version_of(_snapshot(home)) == before.version


def _make(home: Path, version: str, build_id: str, told: Journal, step: Step) -> list[marts.Mart]:
    """All files of the version, under temporary names."""
    folder = home / "published"
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    temporary, database = folder / f".tmp-{version}", folder / f".tmp-{version}.duckdb"
    step("copy")
    marts.copy_warehouse(home / "warehouse.duckdb", database)
    previous = _manifest(home).get("marts", {})
    contents = {name: mart["content"] for name, mart in previous.items()}
    reports = report_code.kept(home / "dbt" / "reports.json")
    views = [f"{report['schema']}.{report['name']}" for report in report_code.on_read(reports)]
    made = marts.write(database, temporary, contents, folder / "current", reversed(views))
    listed = {mart.name: {"rows": mart.rows, "content": mart.content} for mart in made}
    manifest = {"version": version, "build_id": build_id, "journal": told.head, "marts": listed}
    store.write_text(temporary / "manifest.json", json.dumps(manifest, indent=1))
    given = stored.of(home, told, marts.site_keys(database)).relations if told.entries else {}
    marts.seal(database, version, reports, given)
    return made


def _refusal(build_id: str, failures: Collection[str], before: Published | None) -> str:
    stays = f"readers keep version {before.version}" if before else "nothing is published yet"
    why = "; ".join(sorted(failures)) or "it did not finish; run 'tieout build'"
    return f"build {build_id} is not published, {stays}: {why}"


def _swap(folder: Path, version: str, step: Step) -> None:
    """The version gets its name, then the pointer and the snapshot move in one step each."""
    step("version")
    (folder / f".tmp-{version}").rename(folder / version)
    store.flush(folder)
    pointer = folder / f".tmp-{version}-current"
    pointer.symlink_to(version)
    step("pointer")
    os.replace(pointer, folder / "current")
    step("snapshot")
    os.replace(folder / f".tmp-{version}.duckdb", folder / "current.duckdb")
    store.flush(folder)


def versions(home: Path) -> list[str]:
    """The versions that are kept, oldest first."""
    folders = [entry for entry in (home / "published").glob("*") if entry.is_dir() and not entry.is_symlink()]
    return sorted(entry.name for entry in folders if not entry.name.startswith("."))


def _sweep(folder: Path) -> None:
    """What a killed publish left behind: temporary files, and versions that never became the current one."""
    for left in folder.glob(".tmp-*"):
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()
    pointer = folder / "current"
    newest = pointer.readlink().name if pointer.is_symlink() else ""
    for version in versions(folder.parent):
        if version > newest:
            shutil.rmtree(folder / version)


def _prune(home: Path) -> None:
    for version in versions(home)[:-KEPT]:
        shutil.rmtree(home / "published" / version)
