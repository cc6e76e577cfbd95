"""The folders of signed days: written under a temporary name, flushed, named once the journal's line is on its way.

Belongs here: files of signed days, their sha256. Keep out: what they hold (signed.py), the journal (book.py)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from connectors.base import TieoutError
from connectors.landing import store
from orchestration.closing import journal
from orchestration.closing.book import Step
from orchestration.closing.entries import Entry
from orchestration.closing.journal import Fault

UNNAMED = ".signing"  # what is being written; one process at a time does


def of(home: Path, site: str, day: date, seq: int) -> Path:
    """Where the entry's files are."""
    return journal.folder(home) / "days" / site / day.isoformat() / str(seq)


def fresh(home: Path) -> Path:
    """An empty folder to write a day's files into; what a killed signing left there goes."""
    folder = journal.folder(home) / UNNAMED
    store.remove(folder)
    folder.mkdir(parents=True)
    return folder


def settle(folder: Path, stored: Mapping[str, str]) -> None:
    """The files are what they are said to be, are on disk, and nobody writes to them again."""
    found = {name: store.sha256(folder / name) for name in store.names(folder)}
    if found != dict(stored):
        raise TieoutError(f"{folder}: holds {sorted(found)} where {sorted(stored)} was stored; nothing is signed")
    for name in found:
        (folder / name).chmod(0o444)
        store.flush(folder / name)
    store.flush(folder)


def name(home: Path, site: str, day: date, seq: int, step: Step) -> None:
    """The folder gets its place, which no entry named before."""
    place = of(home, site, day, seq)
    store.remove(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    step("folder")
    os.rename(journal.folder(home) / UNNAMED, place)
    for parent in (place.parent, place.parent.parent, place.parent.parent.parent):
        store.flush(parent)


def sweep(home: Path, entry: Entry) -> None:
    """Takes back the files of an entry that was never written."""
    if entry.day and entry.stored:
        store.remove(of(home, entry.site, entry.day, entry.seq))


def sweep_day(home: Path, site: str, day: date, named: set[int]) -> None:
    """Takes back folders of the day that no entry names."""
    folder = of(home, site, day, 0).parent
    for left in store.names(folder):
        if left not in map(str, named):
            store.remove(folder / left)


def faults(home: Path, entry: Entry) -> Iterator[Fault]:
    """What of the entry's files is not as it was signed."""
    if entry.day is None:
        return
    folder = of(home, entry.site, entry.day, entry.seq)
    for file, hashed in sorted(entry.stored.items()):
        if not (folder / file).is_file():
            yield _fault(entry, folder / file, "is gone")
        elif store.sha256(folder / file) != hashed:
            yield _fault(entry, folder / file, "is not what was signed: it was altered")
    for more in sorted(set(store.names(folder)) - set(entry.stored)):
        yield _fault(entry, folder / more, "was never signed: it was added")


def _fault(entry: Entry, file: Path, what: str) -> Fault:
    return Fault(entry.seq, entry.site, entry.date or "", f"{file} {what}")
