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

from connectors.base import TieoutError
from orchestration import marts

KEPT = 7
Step = Callable[[str], None]


class PublishRefused(TieoutError):
    """The build is not fit to be read; the last good one stays."""


@dataclass(frozen=True)
class Published:
    """What readers see now. `written` marts are new files, `linked` ones are those of the version before."""

    version: str
    build_id: str
    written: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    nothing_new: bool = False
    seconds: float = 0.0


def current(home: Path) -> Published | None:
    """What is published now; None before the first time."""
    manifest = home / "published" / "current" / "manifest.json"
    if not manifest.is_file() or not (home / "published" / "current.duckdb").is_file():
        return None
    told = json.loads(manifest.read_text(encoding="utf-8"))
    return Published(told["version"], told["build_id"], tuple(told["written"]), tuple(told["linked"]))


def publish(
    home: Path,
    build_id: str,
    *,
    changed: Collection[str] | None = None,
    failures: Collection[str] = (),
    now: datetime | None = None,
    step: Step = lambda _: None,
) -> Published:
    """Publish the warehouse as build `build_id` left it; once per build.

    `changed`: the relations that differ from the published version; None when that is not known.
    `step` is told of each durable step before it is taken."""
    before = current(home)
    if failures:
        raise PublishRefused(_refusal(build_id, failures, before))
    snapshot = home / "published" / "current.duckdb"
    if before and before.build_id == build_id:
        if marts.version_of(snapshot) == before.version:
            return Published(before.version, build_id, nothing_new=True)
        changed = ()  # killed between the two swaps
    started = time.monotonic()
    folder = home / "published"
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    version = f"{now or datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
    temporary, database = folder / f".tmp-{version}", folder / f".tmp-{version}.duckdb"
    step("copy")
    marts.copy_warehouse(home / "warehouse.duckdb", database)
    previous = marts.Previous(folder / "current", changed) if before else None
    written, linked = marts.write(database, temporary, previous)
    _write_manifest(temporary, version, build_id, {"written": written, "linked": linked})
    marts.seal(database, version)
    _swap(folder, version, step)
    _prune(home)
    return Published(version, build_id, tuple(written), tuple(linked), seconds=time.monotonic() - started)


def _write_manifest(folder: Path, version: str, build_id: str, names: dict[str, list[str]]) -> None:
    text = json.dumps({"version": version, "build_id": build_id, **names}, indent=1)
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    marts.flush(folder / "manifest.json")


def _refusal(build_id: str, failures: Collection[str], before: Published | None) -> str:
    stays = f"readers keep version {before.version}" if before else "nothing is published yet"
    return f"build {build_id} is not published, {stays}: " + "; ".join(sorted(failures))


def _swap(folder: Path, version: str, step: Step) -> None:
    """The version gets its name, then the pointer and the snapshot move in one step each."""
    step("version")
    (folder / f".tmp-{version}").rename(folder / version)
    marts.flush(folder)
    pointer = folder / f".tmp-{version}-current"
    pointer.symlink_to(version)
    step("pointer")
    os.replace(pointer, folder / "current")
    step("snapshot")
    os.replace(folder / f".tmp-{version}.duckdb", folder / "current.duckdb")
    marts.flush(folder)


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
