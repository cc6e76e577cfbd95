"""The sign-off journal: one line of canonical JSON per entry, each with the hash of the one before.

Belongs here: reading the chain and checking it. Keep out: one entry (entries.py), writing it (book.py)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from connectors.base import TieoutError
from orchestration.closing.entries import Entry, Said, entry, judged

FILE, PENDING = "journal.jsonl", "pending.jsonl"
__all__ = ["Entry", "Fault", "Journal", "JournalBroken", "Said", "check", "entry", "read", "require"]
FIRST = "0" * 64  # what stands before the first entry
LOOKS = 5  # at a last line that somebody may be writing


class JournalBroken(TieoutError):
    """The journal is not as it was written; the message names the first altered entry."""


@dataclass(frozen=True)
class Fault:
    """The first entry that is not as it was written: its line, what it says it is about, and what is wrong with it."""

    line: int
    site: str
    date: str
    what: str

    def __str__(self) -> str:
        about = " ".join(part for part in (self.site, self.date) if part) or "its shop and day cannot be read"
        return f"line {self.line} ({about}): {self.what}"


@dataclass(frozen=True)
class Journal:
    """The entries before the first fault, and the fault."""

    entries: tuple[Entry, ...] = ()
    fault: Fault | None = None

    @property
    def head(self) -> str:
        """The hash of the last entry, which stands for all of them."""
        return self.entries[-1].hash if self.entries else FIRST


def folder(home: Path) -> Path:
    """Where sign-offs are: outside what can be built again."""
    return home / "close"


def read(home: Path) -> Journal:
    """The journal of a home; an empty one before the first entry. A line that is being written does not count yet."""
    file = folder(home) / FILE
    for _ in range(LOOKS):
        data = file.read_bytes() if file.is_file() else b""
        whole, tail = split(data)
        if not tail or begins(home, tail):
            return check(whole)
    return check(data)


def require(home: Path) -> Journal:
    """The journal. Raises JournalBroken naming the first altered entry."""
    return whole(read(home), home)


def whole(journal: Journal, home: Path) -> Journal:
    if journal.fault:
        raise JournalBroken(
            f"{folder(home) / FILE}: {journal.fault}. Nothing is added to a journal that is not as it was written: "
            "restore it from your backup, then 'tieout close --verify --head' with the last head that you kept"
        )
    return journal


def split(data: bytes) -> tuple[bytes, bytes]:
    """Whole lines, and what stands after the last line's end."""
    end = data.rfind(b"\n") + 1
    return data[:end], data[end:]


def begins(home: Path, tail: bytes) -> bool:
    """Whether it is the beginning of the line that was being written last."""
    pending = folder(home) / PENDING
    return pending.is_file() and pending.read_bytes().startswith(tail)


def check(data: bytes) -> Journal:
    """Every line, up to the first that is not as it was written."""
    lines = data.split(b"\n")
    left = lines.pop()
    entries: list[Entry] = []
    for line in lines:
        found = judged(line)
        fault = found if isinstance(found, str) else _out_of_chain(found, entries)
        if isinstance(fault, Fault):
            return Journal(tuple(entries[: fault.line - 1]), fault)
        if isinstance(found, str):
            return Journal(tuple(entries), _fault(len(entries) + 1, line, found))
        entries.append(found)
    if left:
        return Journal(tuple(entries), _fault(len(entries) + 1, left, "is no whole line"))
    return Journal(tuple(entries))


def _out_of_chain(found: Entry, before: Sequence[Entry]) -> Fault | None:
    """A line that is whole by itself may still have been put, moved or removed."""
    place = len(before) + 1
    if found.seq != place:
        what = f"is entry {found.seq} where entry {place} should be: entries were removed, added or moved"
        return Fault(place, found.site, found.date or found.month or "", what)
    if found.previous == (before[-1].hash if before else FIRST):
        return None
    if not before:
        return Fault(1, found.site, found.date or found.month or "", "follows on entries that are not there")
    last = before[-1]
    what = "is not the entry that the next one follows on: one of the two was written anew"
    return Fault(place - 1, last.site, last.date or last.month or "", what)


def _fault(number: int, line: bytes, what: str) -> Fault:
    """What an altered line is about, as far as it still says."""
    found = [re.search(known, line) for known in (rb'"site":"([A-Za-z0-9_-]+)"', rb'"date":"([0-9-]+)"')]
    site, day = (one[1].decode() if one else "" for one in found)
    return Fault(number, site, day, what)
