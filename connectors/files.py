"""Kind `files`: canonical deliveries, `<path>/<generation>/<entity>.csv|parquet|jsonl[.gz|.zst]`.

Belongs here: the protocol of a delivery. Keep out: what rows mean (contracts), reading formats (formats)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import polars as pl

from connectors.base import Cursor, Failed, Item, Rows, SourceError, Warned, Window
from connectors.landing import store
from connectors.reading.formats import entity_of, read
from connectors.reading.numbers import check_country, in_e164
from data_contracts.contract import load

READY = "_READY"
NUMBERS = {"call": ("from_number", "to_number"), "phone_number": ("number",), "customer": ("phones",)}  # in E.164
Taken = dict[str, dict[str, str]]  # delivery -> its identity, and how its files looked when it was taken


@dataclass(frozen=True)
class Files:
    """`path` is the drop folder. A delivery is complete once it has `_READY`: one line `name,rows` a file. `country`
    is whose telephone numbers are written without a country code; without it they stay as they are, with a warning."""

    path: Path
    country: str = ""
    kind: ClassVar[str] = "files"

    def __post_init__(self) -> None:
        if self.country:
            check_country(self.country)

    def tables(self) -> tuple[str, ...]:
        return tuple(load(self.kind))

    def maps(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        return {}

    def check(self) -> list[str]:
        names = self._complete()
        newest = f", the last by name {names[-1]}" if names else ""
        return [f"{self.path}: {len(names)} complete deliveries{newest}"]

    def pull(self, window: Window) -> Iterator[Item]:
        """Deliveries by name; a bad one is refused by name and tried again, the others go on."""
        taken: Taken = dict(window.cursor.get("deliveries", {}))
        names = self._complete()
        gone = max([window.cursor.get("gone", ""), *(name for name in taken if name not in names)])
        for name in self._to_read(names, taken, everything=window.dates is not None):
            try:
                _in_time(name, gone, taken)
                identity, frames = self._delivery(name, taken)
            except SourceError as error:
                yield Failed(f"delivery {name}", error)
                continue
            if not any(other < name and said["sha256"] == identity for other, said in taken.items()):
                for table, frame in sorted(frames.items(), key=_headers_first):
                    yield from self._rows(table, frame, name)
            taken[name] = {"sha256": identity, "look": _look(self.path / name)}
        yield Cursor({"deliveries": {name: taken[name] for name in names if name in taken}, "gone": gone})

    def _rows(self, table: str, frame: pl.DataFrame, name: str) -> Iterator[Item]:
        frame, left = in_e164(frame, self.country, NUMBERS.get(table, ()))
        yield Rows(table, frame, name)
        for column, numbers in left.items():
            yield Warned(
                f"{name}: {table}.{column}: {len(numbers)} number(s) such as {numbers[0]!r} are not in E.164 and stay "
                "as they are: nothing is matched by them; write +13125550100, or say whose they are, as country: US"
            )

    def _complete(self) -> list[str]:
        if not self.path.is_dir():
            raise SourceError(f"the drop folder {self.path} is not there: create it, or correct `path`")
        return [name for name in store.names(self.path) if store.exists(self.path / name / READY)]

    def _to_read(self, names: list[str], taken: Taken, everything: bool) -> list[str]:
        """New and changed deliveries, and all after a late one again: they replace by key what it says."""
        if everything:
            return names
        new = [name for name in names if name not in taken]
        first = min(new, default=None)
        return [
            name
            for name in names
            if (first is not None and name >= first) or taken[name]["look"] != _look(self.path / name)
        ]

    def _delivery(self, name: str, taken: Taken) -> tuple[str, dict[str, pl.DataFrame]]:
        folder = self.path / name
        files = _ready(folder)
        identity = _identity(folder, files)
        if name in taken and taken[name]["sha256"] != identity:
            raise SourceError(f"{name} has changed after it was taken: deliver the new rows under a new name")
        frames = {}
        for file, rows in files.items():
            frame = read(folder / file)
            if frame.height != rows:
                raise SourceError(
                    f"{name}/{file} holds {frame.height} rows, {READY} says {rows}: deliver again"
                )
            frames[file.split(".")[0]] = frame
        _orders_once(name, frames.get("repair_order"))
        return identity, frames


def _in_time(name: str, gone: str, taken: Taken) -> None:
    if name not in taken and name < gone:
        raise SourceError(
            f"{name} comes after {gone} was taken, which is no longer there: put the deliveries after {name} "
            "back, so that they can be read again after it, or deliver its rows under a later name"
        )


def _ready(folder: Path) -> dict[str, int]:
    """File -> rows as `_READY` says; it names every file of the folder, each an entity, each entity once."""
    files: dict[str, int] = {}
    for line in store.read_text(folder / READY).splitlines():
        file, _, rows = line.strip().rpartition(",")
        if not entity_of(file) or not rows.strip().isdigit() or file in files:
            raise SourceError(
                f"{folder.name}/{READY}: {line!r} is not `name,rows` of an entity's file, each once"
            )
        files[file] = int(rows)
    for name in store.names(folder):
        if name not in files and name != READY and not name.startswith("."):
            raise SourceError(f"{folder.name}/{name} is not named in {READY}: name it there, or take it away")
    entities = [file.split(".")[0] for file in files]
    for entity in entities:
        if entity not in load(Files.kind) or entities.count(entity) > 1:
            raise SourceError(
                f"{folder.name}: {entity!r} is no canonical entity, or is delivered in two files"
            )
    return files


def _identity(folder: Path, files: Mapping[str, int]) -> str:
    lines = [f"{file} {_sha256(folder / file)}" for file in sorted(files)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _sha256(path: Path) -> str:
    if not store.exists(path):
        raise SourceError(f"{path.parent.name}/{path.name} is named in {READY} and is not there: deliver it")
    return store.sha256(path)


def _look(folder: Path) -> str:
    """Sizes and times of the files: cheap to compare, so that what was taken is not read again."""
    stats = [(name, (folder / name).stat()) for name in store.names(folder)]
    seen = ";".join(f"{name}:{stat.st_size}:{stat.st_mtime_ns}" for name, stat in stats)
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def _orders_once(name: str, orders: pl.DataFrame | None) -> None:
    if orders is None or "ro_id" not in orders.columns:
        return
    twice = orders.filter(pl.col("ro_id").is_duplicated() & pl.col("ro_id").is_not_null())["ro_id"].to_list()
    if twice:
        raise SourceError(
            f"{name}: repair order {twice[0]!r} stands {twice.count(twice[0])} times, once is allowed"
        )


def _headers_first(item: tuple[str, Any]) -> tuple[bool, str]:
    return load(Files.kind)[item[0]].document is not None, item[0]
