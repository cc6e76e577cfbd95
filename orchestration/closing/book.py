"""Appends to the sign-off journal: one process at a time, and each entry wholly or not at all, however it ends.

Belongs here: the lock, the line that is being written, what a killed writer left. Keep out: what entries mean."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from connectors import locks
from connectors.landing import store
from orchestration.closing import entries, journal
from orchestration.closing.entries import Entry, Said
from orchestration.closing.journal import Journal

LOCK, PATIENCE = "close", 600.0  # seconds that one waits for another who signs many days
Step = Callable[[str], None]


class Book:
    """The journal, open for entries. Each durable step is told to `step` before it is taken."""

    def __init__(self, home: Path, found: Journal, step: Step) -> None:
        self.home, self.step, self.entries = home, step, list(found.entries)

    @property
    def head(self) -> str:
        return Journal(tuple(self.entries)).head

    @property
    def next(self) -> int:
        """The number of the entry that comes."""
        return len(self.entries) + 1

    def append(self, said: Said, at: datetime | None = None, place: Callable[[], None] | None = None) -> Entry:
        """Adds the entry; `place` puts the files that it names where it says, and does nothing before the line that is
        coming is known on disk. The entry counts once its whole line is in the journal."""
        made = entries.entry(said, self.next, at or datetime.now(UTC), self.head)
        folder = journal.folder(self.home)
        pending = store.temporary(folder / journal.PENDING)
        pending.write_bytes(made.line)
        self.step("pending")
        store.commit(pending, folder / journal.PENDING)
        if place:
            place()
        self.step("append")
        _append(folder / journal.FILE, made.line)
        self.step("done")
        store.remove(folder / journal.PENDING)
        self.entries.append(made)
        return made


def _append(file: Path, line: bytes) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        while line:
            line = line[os.write(handle, line) :]
        os.fsync(handle)
    finally:
        os.close(handle)
    store.flush(file.parent)


@contextmanager
def opened(home: Path, undo: Callable[[Entry], None] = lambda _: None, step: Step = lambda _: None) -> Iterator[Book]:
    """The journal to write to, once nobody else does. `undo` takes back the files of an entry that was never written.

    Raises JournalBroken when it is not as it was written."""
    with locks.waited(home, LOCK, PATIENCE):
        _take_back(home, undo)
        yield Book(home, journal.require(home), step)


def _take_back(home: Path, undo: Callable[[Entry], None]) -> None:
    """What a killed writer began: half a line goes, and so do the files that the line was to name."""
    folder = journal.folder(home)
    pending, file = folder / journal.PENDING, folder / journal.FILE
    if not pending.is_file():
        return
    line = pending.read_bytes()
    data = file.read_bytes() if file.is_file() else b""
    whole, tail = journal.split(data)
    if not whole.endswith(line):
        if not line.startswith(tail):
            return  # not its doing: reading the journal says what is wrong
        if tail:
            os.truncate(file, len(whole))
            store.flush(file)
        if begun := entries.parsed(line):
            undo(begun)
    store.remove(pending)
